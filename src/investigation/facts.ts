import { citationFault } from '../evidence/citation.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Claim } from '../report/report.ts';
import { podsIn } from './gather.ts';

const MAX_PER_EVIDENCE = 5;
const MAX_QUOTE = 200;

/**
 * What the gathered evidence plainly says, as checked claims that blame nothing: the pods that are not well,
 * the first lines of the logs that were found. It is the report when there is no model.
 */
export function factsOf(evidence: Evidence[]): Claim[] {
  return evidence
    .filter((item) => !item.isError)
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

const SUMMARIES: Record<string, string> = {
  kubectl_describe_pod: 'A pod was described; its state begins so',
  query_prometheus: "The alert's own expression over the window",
  search_logs: 'Error lines were found in the logs',
};

function lineFact(evidence: Evidence): Claim[] {
  const summary = SUMMARIES[evidence.tool];
  const line = evidence.text.split('\n').find((text) => text.trim().length > 0);
  return summary === undefined || line === undefined ? [] : claim(evidence, `${summary}.`, line);
}

function claim(evidence: Evidence, text: string, line: string): Claim[] {
  const citation = { evidence: evidence.id, quote: line.trim().slice(0, MAX_QUOTE) };
  const verified = citationFault(citation, () => evidence.text) === null;
  return [{ text, citation, verified }];
}
