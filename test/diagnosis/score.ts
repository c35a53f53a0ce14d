import type { Candidate } from '../../src/analysis/rank.ts';
import type { Cause, DiagnosisCase } from './case.ts';
import type { Played } from './play.ts';

export interface Score {
  name: string;
  family: DiagnosisCase['family'];
  /** The first answer is right. */
  top1: boolean;
  /** Among the first three; of two causes, both. */
  top3: boolean;
  /** It was sure of a cause that is none. */
  falseBlame: boolean;
  abstained: boolean;
  /** Of the first answer; null without one. */
  confidence: number | null;
  seconds: number;
  /** What it said, for a person who reads the table. */
  said: string;
}

export function scoreOf(
  { name, family, expected }: DiagnosisCase,
  { diagnosis, seconds }: Played,
): Score {
  const { candidates, verdict } = diagnosis;
  const first = candidates.slice(0, 1);
  const three = candidates.slice(0, 3);
  const abstained = verdict === 'inconclusive';
  const said = `${verdict}: ${three.map((it) => `${it.failureMode} ${it.object.kind}/${it.object.name} ${it.confidence.toFixed(2)}`).join(', ') || 'nothing'}`;
  const confidence = first[0]?.confidence ?? null;
  const result = { name, family, abstained, confidence, seconds, said };
  if ('verdict' in expected) {
    const right = verdict === expected.verdict;
    return { ...result, top1: right, top3: right, falseBlame: !right && !abstained };
  }
  const causes = 'both' in expected ? expected.both : expected.causes;
  const top1 =
    verdict !== 'no_action' && first.some((it) => causes.some((cause) => isSame(it, cause)));
  const top3 =
    'both' in expected
      ? causes.every((cause) => three.some((it) => isSame(it, cause)))
      : three.some((it) => causes.some((cause) => isSame(it, cause)));
  return {
    ...result,
    top1: 'both' in expected ? top1 && top3 : top1,
    top3,
    falseBlame: !top1 && !abstained,
  };
}

function isSame({ failureMode, object }: Candidate, cause: Cause): boolean {
  return failureMode === cause.failureMode && `${object.kind}/${object.name}` === cause.object;
}
