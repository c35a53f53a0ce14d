import { z } from 'zod';
import type { Clock } from '../lib/clock.ts';
import { Namespace, ObjectName } from '../tools/kubernetes/arguments.ts';
import { ToolError } from '../tools/tool.ts';
import { type Action, ActionRefused } from './action.ts';
import type { Confirmations } from './confirmation.ts';
import { Confirmation, TwoStepOutput, twoStep } from './two-step.ts';
import { type ClusterWriter, RESTARTABLE } from './writer.ts';

const Input = z.strictObject({
  namespace: Namespace,
  kind: z.enum(['deployment', 'statefulset', 'daemonset']).default('deployment'),
  name: ObjectName.describe('The workload.'),
  confirmation: Confirmation,
});

/** What of a workload says how a restart goes. */
const Workload = z.object({
  metadata: z.object({ uid: z.string() }),
  spec: z.object({
    paused: z.boolean().default(false),
    replicas: z.number().optional(),
    strategy: Strategy('RollingUpdate'),
    updateStrategy: Strategy('RollingUpdate'),
  }),
  status: z
    .object({
      readyReplicas: z.number().default(0),
      desiredNumberScheduled: z.number().optional(),
      numberReady: z.number().optional(),
    })
    .prefault({}),
});
type Workload = z.infer<typeof Workload>;

function Strategy(usual: string) {
  const limit = z.union([z.string(), z.number()]).optional();
  return z
    .object({
      type: z.string().default(usual),
      rollingUpdate: z.object({ maxUnavailable: limit, maxSurge: limit }).optional(),
    })
    .optional();
}

export function rolloutRestart(
  writer: ClusterWriter,
  confirmations: Confirmations,
  clock: Clock,
): Action<typeof Input, typeof TwoStepOutput> {
  return {
    name: 'kubectl_rollout_restart',
    title: 'Restart a workload',
    description:
      'Replaces all pods of a Deployment, StatefulSet or DaemonSet as `kubectl rollout restart` does. The ' +
      'first call changes nothing and returns what would happen with a confirmation; show it to a ' +
      'person, and send the confirmation back only when they agree.',
    input: Input,
    output: TwoStepOutput,
    changes: true,
    async act({ namespace, kind, name, confirmation }, context) {
      const ref = { namespace, name };
      const object = await writer.current(RESTARTABLE[kind], ref, context.signal);
      if (object === null) throw new ToolError(`There is no ${kind} ${name} in ${namespace}.`);
      const workload = Workload.parse(object);
      if (workload.spec.paused) {
        throw new ActionRefused(
          `The ${kind} ${name} is paused: a restart would have no effect until it is resumed.`,
        );
      }
      const { uid } = workload.metadata;
      const proposal = { tool: 'kubectl_rollout_restart', namespace, kind, name, uid };
      const execute = () =>
        writer.rolloutRestart(kind, { ...ref, uid }, clock.now().toISOString(), context.signal);
      const step = { proposal, effects: effectsOf(workload), confirmation, execute };
      return await twoStep(step, confirmations, context);
    },
  };
}

function effectsOf({ spec, status }: Workload): string[] {
  const desired = status.desiredNumberScheduled ?? spec.replicas ?? 1;
  const ready = status.numberReady ?? status.readyReplicas;
  const strategy = spec.strategy ?? spec.updateStrategy;
  const { maxUnavailable, maxSurge } = strategy?.rollingUpdate ?? {};
  const pace = [
    ...(maxUnavailable === undefined ? [] : [`at most ${maxUnavailable} unavailable`]),
    ...(maxSurge === undefined ? [] : [`at most ${maxSurge} more at a time`]),
  ];
  return [
    `${desired} pods are replaced; ${ready} of them are ready now`,
    ...howTheyGo(strategy?.type ?? 'RollingUpdate', pace.join(', ')),
  ];
}

function howTheyGo(type: string, pace: string): string[] {
  if (type === 'Recreate') return ['Recreate: all pods stop before the first new one starts'];
  if (type === 'OnDelete') return ['OnDelete: nothing happens until each pod is deleted by hand'];
  return [`${type}${pace === '' ? '' : `: ${pace}`}`];
}
