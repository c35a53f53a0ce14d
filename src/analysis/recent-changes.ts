import type { Citation } from '../report/report.ts';
import type { ObjectRef } from './object-ref.ts';
import type { KnownChange, Situation } from './situation.ts';

/** `Deployment/checkout`; null for what is no object of a cluster. */
export function changeRef({ object, namespace }: KnownChange): ObjectRef | null {
  const [kind, name] = object.split('/');
  return kind && name ? { kind, namespace: kind === 'Node' ? null : namespace, name } : null;
}

/** Its row, and the first lines of what exactly was changed. Rows of one kind that say the same are folded into one. */
export function quoteChange(
  { evidence: id, object, summary, details }: KnownChange,
  { evidence }: Pick<Situation, 'evidence'>,
): Citation[] {
  const lines = evidence.find((it) => it.id === id)?.text.split('\n') ?? [];
  const tails = lines.map((line) => line.trimEnd());
  const own = tails.findIndex((line) => line.includes(` ${object} `) && line.endsWith(summary));
  const at = own >= 0 ? own : tails.findIndex((line) => line.endsWith(summary));
  if (at < 0) return [];
  const said = tails.slice(at + 1, at + 3).filter((line) => details.includes(line.trim()));
  return [tails[at] ?? '', ...said].map((line) => ({
    evidence: id,
    quote: line.trim().slice(0, 200).toWellFormed().trim(),
  }));
}
