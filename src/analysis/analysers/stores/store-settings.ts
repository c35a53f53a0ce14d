import type { Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nameOf } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';
import { storeKindOf } from '../../stores.ts';

const READ_ONLY =
  /(?<![a-z][-_]|[a-z])(?:super[-_])?read[-_]only(?:=(?:1|on|true))?(?=$|[\s"',])|default_transaction_read_only[= ]+(?:on|true|1)/i;
const SWITCHED_OFF = /read[-_]only[= ]+(?:0|off|false)/i;
const CONNECTIONS = /max[-_]?(?:connections|clients)[= ]+(\d{1,4})\b/i;
/** Below it, a handful of services with a pool each take all. */
const FEW = 20;
/** Meant to be read only. */
const REPLICA = /replica|slave|follower|secondary|standby|read/i;

/** Databases that are started read-only, or with hardly a connection to give. */
export const storeSettings: Analyser = {
  looksFor: 'databases that are started read-only or with too few connections',
  analyse: (situation) =>
    situation.cluster.workloads.flatMap((workload) =>
      storeKindOf(workload) === null ? [] : settingsOf(workload, situation),
    ),
};

function settingsOf(workload: Workload, situation: Situation): Finding[] {
  const texts = workload.template.spec.containers.flatMap(({ command, args, env }) => [
    ...command,
    ...args,
    ...env.map(({ name, value = '' }) => `${name}=${value}`),
  ]);
  const readOnly = texts.find((text) => READ_ONLY.test(text) && !SWITCHED_OFF.test(text));
  const few = texts.find((text) => {
    const most = CONNECTIONS.exec(text)?.[1];
    return most !== undefined && Number(most) > 0 && Number(most) < FEW;
  });
  return [
    ...(readOnly !== undefined && !REPLICA.test(workload.ref.name)
      ? [
          findingOf(
            workload,
            'database-read-only',
            'is started read-only',
            READ_ONLY,
            0.75,
            situation,
          ),
        ]
      : []),
    ...(few === undefined
      ? []
      : [
          findingOf(
            workload,
            'connection-pool-exhausted',
            'is started with hardly a connection to give',
            CONNECTIONS,
            0.65,
            situation,
          ),
        ]),
  ];
}

function findingOf(
  { ref }: Workload,
  failureMode: 'database-read-only' | 'connection-pool-exhausted',
  what: string,
  pattern: RegExp,
  score: number,
  { quotes }: Situation,
): Finding {
  return {
    failureMode,
    object: ref,
    severity: 'critical',
    statement: `${nameOf(ref)} ${what}.`,
    why: 'Its command or its variables say so.',
    citations: quotes.object(ref, pattern).slice(0, 1),
    score,
    explains: [],
    since: null,
  };
}
