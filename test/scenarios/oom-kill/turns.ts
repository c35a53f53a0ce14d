import type { ModelTurn } from '../../../src/models/model.ts';
import type { Conclusion } from '../../../src/report/conclusion.ts';
import { asking, concluding, saying, tokens } from '../conversation.ts';
import { MEMORY, NODE_PRESSURE, RESPONSES } from './prometheus.ts';
import { OLD_PODS } from './times.ts';

const conclusion: Conclusion = {
  verdict: 'action_required',
  rootCause: {
    failureMode: 'oom-killed',
    object: { kind: 'Deployment', namespace: 'shop', name: 'pricing-api' },
    statement:
      'Release 2.14.0 doubled PRICE_CACHE_MAX_ITEMS from 250000 to 500000 and left the memory limit at 512Mi; the cache needs about 540 MiB once it is warm, so the kernel kills every new container 47 s after its start.',
    confidence: 0.95,
  },
  candidates: [],
  claims: [
    {
      text: 'Both pods of 2.14.0 are killed for memory 47 s after each start; each has been restarted six times.',
      citation: {
        evidence: 'E1',
        quote: 'pricing-api: last ended OOMKilled, exit 137, at 2026-11-18T02:54:02Z after 47s',
      },
    },
    {
      text: '2.14.0 may keep 500,000 prices in memory.',
      citation: { evidence: 'E5', quote: 'PRICE_CACHE_MAX_ITEMS=500000' },
    },
    {
      text: '2.13.4, which runs, may keep half as many, under the same limit of 512Mi.',
      citation: { evidence: 'E9', quote: 'PRICE_CACHE_MAX_ITEMS=250000' },
    },
    {
      text: 'Memory follows the number of prices, about 0.88 MiB for 1,000: 144 MiB at 50,000, 497 MiB at 450,000, which is the last line before the kill. At 500,000 it would be about 540 MiB.',
      citation: { evidence: 'E11', quote: '"loaded":450000,"of":500000,"rssMiB":497' },
    },
    {
      text: 'The code is no heavier: with 250,000 prices 2.13.4 uses about 330 MiB, and 2.14.0 passes 250,000 at about 320 MiB.',
      citation: { evidence: 'E11', quote: '"items":250000,"maxItems":250000,"rssMiB":332' },
    },
    {
      text: 'The pods of 2.14.0 reach 504 MiB within a minute of their first start; those of 2.13.4 stay at about 330 MiB.',
      citation: { evidence: 'E10', quote: 'min 192.9 at 02:38:32Z  max 504.4 at 02:39:32Z' },
    },
    {
      text: 'Node may let its heap grow to 1024 MiB, twice the limit of the container, so the kernel ends it before Node does and the log stops without an error.',
      citation: { evidence: 'E5', quote: 'NODE_OPTIONS=--max-old-space-size=1024' },
    },
    {
      text: 'Nobody was refused: not one 503 in the hour.',
      citation: { evidence: 'E13', quote: '{code="503"}  0 throughout' },
    },
  ],
  ruledOut: [
    'A node short of memory: no node reported MemoryPressure (E12), and the two pods die alike on two nodes (E1).',
    'A leak, or a release that is heavier throughout: at equal cache sizes both versions use about the same (E11).',
    'More load: requests stay at about 212 a second (E13), and pods that were never ready got none of them.',
    'A probe that kills the container: it ended as OOMKilled with exit 137; readiness fails only while the cache is cold, and no event tells of a failed liveness probe (E5).',
    'The currency rate timeouts in the logs: they come from 2.13.4 and began before the rollout (E3).',
  ],
  gaps: [
    'Who doubled the cache, and why: the repository and the pipeline could not be read.',
    'What 500,000 prices need was never reached; 540 MiB is drawn from the line in E11.',
  ],
  nextSteps: [
    {
      text: 'Roll back. Three pods of 2.13.4 serve meanwhile, and the fourth comes back. If Git owns this Deployment, revert it there too.',
      command: 'kubectl -n shop rollout undo deployment/pricing-api',
      risk: 'low',
    },
    {
      text: 'Or, if 2.14.0 has to be out tonight, keep it with the old size of the cache.',
      command: 'kubectl -n shop set env deployment/pricing-api PRICE_CACHE_MAX_ITEMS=250000',
      risk: 'low',
    },
    {
      text: 'See it end with 4 of 4 ready.',
      command: 'kubectl -n shop rollout status deployment/pricing-api --timeout=5m',
      risk: 'none',
    },
    {
      text: 'Before the larger cache comes back: give it room, and let the heap of Node end below the limit, so that the next overrun is an error in the log. Check first that the nodes have 256Mi more for each of the 4 pods.',
      command:
        'kubectl -n shop set resources deployment/pricing-api -c pricing-api --requests=memory=640Mi --limits=memory=768Mi && kubectl -n shop set env deployment/pricing-api NODE_OPTIONS=--max-old-space-size=640',
      risk: 'medium',
    },
  ],
  impact:
    'No customer notices: three pods of 2.13.4 answer all 212 requests a second, with a quarter less capacity than planned; release 2.14.0 is not out.',
  timeline: [
    { at: '2026-11-18T02:38:14Z', what: 'The first pod of 2.14.0 is made.', evidence: 'E5' },
    {
      at: '2026-11-18T02:39:05Z',
      what: 'Its container has been killed once; back-off begins.',
      evidence: 'E5',
    },
    { at: '2026-11-18T02:39:32Z', what: "The alert's expression becomes true.", evidence: 'E2' },
    {
      at: '2026-11-18T02:54:02Z',
      what: 'The container is killed for the seventh time.',
      evidence: 'E1',
    },
    { at: '2026-11-18T02:54:32Z', what: 'The alert fires, after its 15 minutes.', evidence: 'E2' },
  ],
};

export const turns: ModelTurn[] = [
  asking(
    'Both pods of ReplicaSet 6f7d4c8b9c are OOMKilled 47 s after each start, the pods of 5b8c7d9f64 run. Two questions that do not depend on one another: in what do the two releases differ, and how does memory grow in each?',
    [
      { tool: 'kubectl_describe_pod', args: { namespace: 'shop', name: OLD_PODS[0] } },
      { tool: 'query_prometheus', args: { query: MEMORY } },
    ],
    tokens(4, 243, 0, 7_460),
  ),
  asking(
    'The limit is 512Mi in both. What differs is the image and PRICE_CACHE_MAX_ITEMS, 250000 before and 500000 now. That it came first does not prove it: if the cache is the cause, memory has to follow the number of prices, and 2.14.0 must not be heavier at an equal number. Also: was a node short of memory, and does anybody notice?',
    [
      {
        tool: 'search_logs',
        args: { query: '{namespace="shop", app="pricing-api"} |= "price cache"', since: '8m' },
      },
      { tool: 'query_prometheus', args: { query: NODE_PRESSURE } },
      { tool: 'query_prometheus', args: { query: RESPONSES } },
    ],
    tokens(4, 336, 7_460, 1_120),
  ),
  saying(
    'The cache is the cause. Memory grows by about 0.88 MiB for 1,000 prices and the log ends at 450,000 of 500,000 with 497 MiB, under a limit of 512Mi. At 250,000 prices both versions use about the same, so 2.14.0 is no heavier by itself. No node reported memory pressure, and no request was refused: the old pods serve.',
    tokens(4, 118, 8_580, 3_520),
  ),
  concluding(conclusion, tokens(4, 1_583, 12_100, 150)),
];
