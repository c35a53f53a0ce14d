import * as badImageTagAlert from './bad-image-tag/alert.ts';
import * as badImageTagKubernetes from './bad-image-tag/kubernetes.ts';
import * as badImageTagLoki from './bad-image-tag/loki.ts';
import * as badImageTagPrometheus from './bad-image-tag/prometheus.ts';
import * as badImageTagTurns from './bad-image-tag/turns.ts';
import * as databaseConnectionsAlert from './database-connections/alert.ts';
import * as databaseConnectionsKubernetes from './database-connections/kubernetes.ts';
import * as databaseConnectionsLoki from './database-connections/loki.ts';
import * as databaseConnectionsPrometheus from './database-connections/prometheus.ts';
import * as databaseConnectionsTurns from './database-connections/turns.ts';
import * as oomKillAlert from './oom-kill/alert.ts';
import * as oomKillKubernetes from './oom-kill/kubernetes.ts';
import * as oomKillLoki from './oom-kill/loki.ts';
import * as oomKillPrometheus from './oom-kill/prometheus.ts';
import * as oomKillTurns from './oom-kill/turns.ts';
import type { Scenario } from './scenario.ts';

export const scenarios: Scenario[] = [
  {
    name: 'bad-image-tag',
    title: 'A rollout asks for an image tag that does not exist',
    delivery: badImageTagAlert.delivery,
    objects: badImageTagKubernetes.objects,
    queries: badImageTagPrometheus.queries,
    streams: badImageTagLoki.streams,
    turns: badImageTagTurns.turns,
  },
  {
    name: 'database-connections',
    title: 'An API fails because a nightly job of another team took the database connections',
    delivery: databaseConnectionsAlert.delivery,
    objects: databaseConnectionsKubernetes.objects,
    queries: databaseConnectionsPrometheus.queries,
    streams: databaseConnectionsLoki.streams,
    turns: databaseConnectionsTurns.turns,
  },
  {
    name: 'oom-kill',
    title: 'A release doubles a cache that no longer fits into the memory limit',
    delivery: oomKillAlert.delivery,
    objects: oomKillKubernetes.objects,
    queries: oomKillPrometheus.queries,
    streams: oomKillLoki.streams,
    turns: oomKillTurns.turns,
  },
];
