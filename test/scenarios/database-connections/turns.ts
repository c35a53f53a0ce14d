import type { ModelTurn } from '../../../src/models/model.ts';
import type { Conclusion } from '../../../src/report/conclusion.ts';
import { asking, concluding, saying, tokens } from '../conversation.ts';
import { CONNECTIONS, MAX_CONNECTIONS, PARALLELISM, TRAFFIC } from './prometheus.ts';
import { JOB, JOB_PODS } from './times.ts';

const conclusion: Conclusion = {
  verdict: 'action_required',
  rootCause: {
    failureMode: 'connection-pool-exhausted',
    object: { kind: 'CronJob', namespace: 'billing', name: 'invoice-export' },
    statement:
      "Tonight's invoice-export runs 10 pods in place of 2, each with a pool of 16, and so holds 160 of the 200 connections of commerce-db; orders-api cannot replace its own as they expire.",
    confidence: 0.95,
  },
  candidates: [],
  claims: [
    {
      text: 'orders-api fails because the database takes no more connections.',
      citation: {
        evidence: 'E3',
        quote: 'FATAL: sorry, too many clients already (SQLSTATE 53300)',
      },
    },
    {
      text: 'orders-worker gets the same answer, so it is not a fault of orders-api alone.',
      citation: {
        evidence: 'E3',
        quote: '"job":"order.confirm","err":"server error: FATAL: sorry, too many clients already',
      },
    },
    {
      text: 'The database allows 200 connections.',
      citation: { evidence: 'E8', quote: '{pod="commerce-db-0"}  200 throughout' },
    },
    {
      text: 'invoice_export, which had none before 02:00, holds 160 of them.',
      citation: { evidence: 'E7', quote: 'first 103 at 02:00:31Z  last 160 at 02:09:31Z' },
    },
    {
      text: 'orders_api went down from 38 to 23 meanwhile.',
      citation: { evidence: 'E7', quote: 'first 38 at 01:09:01Z  last 23 at 02:09:31Z' },
    },
    {
      text: "Tonight's job runs 10 pods at once.",
      citation: { evidence: 'E14', quote: '{job_name="invoice-export-29919000"}  10 throughout' },
    },
    {
      text: 'The nights before it ran 2.',
      citation: { evidence: 'E14', quote: '{job_name="invoice-export-29917560"}  2 throughout' },
    },
    {
      text: 'Seen from billing nothing is wrong: all 10 run.',
      citation: {
        evidence: 'E11',
        quote:
          'invoice-export-29919000-{0-2fkzt,1-4xq9d,2-5mwrb,3-7hjsc,…} (10 pods)  1/1    Running',
      },
    },
    {
      text: 'Each pod opens 16 connections and keeps them.',
      citation: { evidence: 'E13', quote: 'DB_POOL_MIN=16; DB_POOL_MAX=16' },
    },
    {
      text: 'A pod that could not get all 16 tries again every 5 s, and so takes each place that comes free.',
      citation: {
        evidence: 'E12',
        quote: 'database pool: cannot open connection 15 of 16, trying again in 5 s',
      },
    },
    {
      text: 'orders-api gives each connection back after 10 minutes and then has to win a new one.',
      citation: { evidence: 'E5', quote: 'DB_CONN_MAX_LIFETIME=10m' },
    },
  ],
  ruledOut: [
    'A release of orders-api: its pods are 6 days old and have not restarted (E1).',
    'More requests: they stay at about 64 a second (E9).',
    'Connections leaked by orders-api: it holds fewer than before, not more (E7).',
    'A database that is down or was restarted: both pods of commerce-db have run for 32 days (E10).',
    'The carrier timeouts and unknown SKUs in the logs: they are as frequent before 02:00 as after it (E3).',
  ],
  gaps: [
    'Who raised the parallelism, and when since 02:00 the day before: CronJobs and their history cannot be read with these tools.',
    'How many of the 160 connections are idle: pg_stat_activity was not split by state.',
    'Whether the export may be interrupted and begun anew: only its owners know.',
  ],
  nextSteps: [
    {
      text: "Suspend tonight's export, after a word with billing's on-call. Its pods end within 30 s and free 160 connections. Do not resume it as it is: it would take them again.",
      command: `kubectl -n billing patch job ${JOB} --type=merge -p '{"spec":{"suspend":true}}'`,
      risk: 'medium',
    },
    {
      text: 'See the connections come back. This takes one of the 3 places that are kept for superusers.',
      command:
        'kubectl -n data exec commerce-db-0 -- psql -U postgres -d commerce -c "select usename, state, count(*) from pg_stat_activity group by 1, 2 order by 3 desc"',
      risk: 'none',
    },
    {
      text: 'When its owners agree, run the export anew with smaller pools, tomorrow at 02:00 as well: 10 pods with 3 connections need about what 2 with 16 did. The suspended job has to go, since its pod template cannot be changed. (Fewer pods would also need another EXPORT_SHARDS.)',
      command: `kubectl -n billing set env cronjob/invoice-export DB_POOL_MIN=3 DB_POOL_MAX=3 && kubectl -n billing delete job ${JOB} && kubectl -n billing create job invoice-export-again --from=cronjob/invoice-export`,
      risk: 'medium',
    },
    {
      text: 'So that no job can do this again: a ceiling for its role. Raising max_connections instead needs a restart of the database and more memory.',
      command:
        'kubectl -n data exec commerce-db-0 -- psql -U postgres -c "alter role invoice_export connection limit 40"',
      risk: 'low',
    },
  ],
  impact:
    'One in five requests to orders-api has failed with a 500 by now, reads and new orders alike, and 2 of its 6 pods are out of service; it gets no better before the export ends.',
  timeline: [
    {
      at: '2026-11-20T02:00:00Z',
      what: 'CronJob billing/invoice-export starts 10 pods.',
      evidence: 'E13',
    },
    {
      at: '2026-11-20T02:01:01Z',
      what: 'They hold 145 connections: none is left.',
      evidence: 'E7',
    },
    {
      at: '2026-11-20T02:01:55Z',
      what: 'orders-api is refused for the first time.',
      evidence: 'E3',
    },
    { at: '2026-11-20T02:04:01Z', what: 'More than 5% of its requests fail.', evidence: 'E2' },
    { at: '2026-11-20T02:07:07Z', what: 'Its first pod is no longer ready.', evidence: 'E5' },
    {
      at: '2026-11-20T02:08:01Z',
      what: 'invoice_export has all 160 that it wants.',
      evidence: 'E7',
    },
    { at: '2026-11-20T02:08:03Z', what: 'A second pod is no longer ready.', evidence: 'E6' },
    { at: '2026-11-20T02:09:01Z', what: 'The alert fires, after its 5 minutes.', evidence: 'E2' },
  ],
};

export const turns: ModelTurn[] = [
  asking(
    'orders-api is the messenger: commerce-db, in namespace data, refuses its connections. Who holds them, how many are there, is the database itself well, did orders-api get more to do, and are others refused as well?',
    [
      { tool: 'query_prometheus', args: { query: CONNECTIONS } },
      { tool: 'query_prometheus', args: { query: MAX_CONNECTIONS } },
      { tool: 'query_prometheus', args: { query: TRAFFIC } },
      { tool: 'kubectl_get_pods', args: { namespace: 'data' } },
      { tool: 'read_evidence', args: { id: 'E3', match: 'order.confirm' } },
    ],
    tokens(4, 331, 0, 8_010),
  ),
  asking(
    'invoice_export of billing/invoice-export went from nothing to 160 of 200 within minutes of 02:00, and orders_api loses what it gains. Next: what runs in billing, and what does it say of its pool?',
    [
      { tool: 'kubectl_get_pods', args: { namespace: 'billing' } },
      {
        tool: 'search_logs',
        args: { query: '{namespace="billing", app="invoice-export"} |~ "pool|starts"' },
      },
    ],
    tokens(4, 197, 8_010, 2_110),
  ),
  asking(
    'Ten pods tonight, two on each of the nights before. Is that what changed, and how many connections does one pod want?',
    [
      {
        tool: 'kubectl_describe_pod',
        args: { namespace: 'billing', name: `${JOB}-0-${JOB_PODS[0] ?? ''}` },
      },
      { tool: 'query_prometheus', args: { query: PARALLELISM } },
    ],
    tokens(4, 186, 10_120, 4_190),
  ),
  saying(
    'The chain is whole. The parallelism of invoice-export went from 2 to 10; 10 pods with a pool of 16 want 160 connections; commerce-db has 200; orders-api gives its own back every 10 minutes and cannot get them again. orders-api was not changed and has no more to do than before.',
    tokens(4, 96, 14_310, 900),
  ),
  concluding(conclusion, tokens(4, 1_702, 15_210, 130)),
];
