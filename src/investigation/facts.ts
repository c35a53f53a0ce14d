import { createCitationCheck } from '../evidence/citation.ts';
import { type Evidence, isAside } from '../evidence/evidence.ts';
import type { Claim } from '../report/report.ts';
import { podsIn } from './listed-pods.ts';

const MAX_PER_EVIDENCE = 5;
const MAX_QUOTE = 200;

/**
 * What the gathered evidence plainly says, as checked claims that blame nothing: the pods that are not well,
 * what became of them, how the alert's expression moved, the latest error in the logs. It is the report when there is no model.
 */
export function factsOf(evidence: Evidence[]): Claim[] {
  return evidence
    .filter((item) => !item.isError && !isAside(item))
    .flatMap((item) => {
      if (item.tool === 'kubectl_get_pods') return podFacts(item);
      return lineFact(item);
    });
}

function podFacts(evidence: Evidence): Claim[] {
  const pods = podsIn(evidence.structured);
  const unhealthy = pods.filter((pod) => !pod.healthy);
  return unhealthy.slice(0, MAX_PER_EVIDENCE).flatMap((pod) => {
    const line = evidence.text.split('\n').find((text) => text.includes(pod.name));
    if (line === undefined) return [];
    return claim(evidence, `Pod ${pod.namespace}/${pod.name} is ${pod.status}.`, line);
  });
}

/** For a tool's output, the line that says most without being interpreted, and what to say of it. */
const TELLING_LINES: Record<
  string,
  { text: string; find: (lines: string[]) => string | undefined }
> = {
  kubectl_describe_pod: {
    text: 'What became of the container last.',
    find: (lines) =>
      lines.find((line) => /^\s+last ended/.test(line)) ??
      lines.find((line) => /^\s+state\s+(waiting|terminated)/.test(line)),
  },
  query_prometheus: {
    text: "The alert's own expression over the window.",
    find: (lines) => lines.find((line) => /^\s+first |\sthroughout,/.test(line)),
  },
  search_logs: {
    text: 'The latest log line that speaks of an error.',
    find: (lines) => lines.findLast((line) => /^\d{4}-\d\d-\d\dT/.test(line)),
  },
};

function lineFact(evidence: Evidence): Claim[] {
  const telling = TELLING_LINES[evidence.tool];
  const line = telling?.find(evidence.text.split('\n'));
  return telling === undefined || line === undefined ? [] : claim(evidence, telling.text, line);
}

function claim(evidence: Evidence, text: string, line: string): Claim[] {
  const citation = { evidence: evidence.id, quote: line.trim().slice(0, MAX_QUOTE) };
  const verified = createCitationCheck([evidence])(citation) === null;
  return [{ text, citation, verified }];
}
