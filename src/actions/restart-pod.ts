import { z } from 'zod';
import { Namespace, ObjectName } from '../tools/kubernetes/arguments.ts';
import { ToolError } from '../tools/tool.ts';
import { type Action, ActionRefused } from './action.ts';
import type { Confirmations } from './confirmation.ts';
import { Confirmation, TwoStepOutput, twoStep } from './two-step.ts';
import type { ClusterWriter } from './writer.ts';

const Input = z.strictObject({
  namespace: Namespace,
  name: ObjectName.describe('The pod.'),
  confirmation: Confirmation,
});

const Owner = z.object({ kind: z.string(), name: z.string(), controller: z.boolean().optional() });
const Pod = z.object({
  metadata: z.object({ uid: z.string(), ownerReferences: z.array(Owner).default([]) }),
  spec: z.object({
    nodeName: z.string().default(''),
    terminationGracePeriodSeconds: z.number().default(30),
    volumes: z.array(z.looseObject({ name: z.string() })).default([]),
  }),
});
type Pod = z.infer<typeof Pod>;

export function restartPod(
  writer: ClusterWriter,
  confirmations: Confirmations,
): Action<typeof Input, typeof TwoStepOutput> {
  return {
    name: 'restart_pod',
    title: 'Restart a pod',
    description:
      'Deletes one pod with its grace period, so that its controller makes a new one; a pod that nothing ' +
      'would make anew is refused. The first call changes nothing and returns what would happen with a ' +
      'confirmation; send it back only when a person agrees.',
    input: Input,
    output: TwoStepOutput,
    changes: true,
    async act({ namespace, name, confirmation }, context) {
      const ref = { namespace, name };
      const object = await writer.current('pods', ref, context.signal);
      if (object === null) throw new ToolError(`There is no pod ${name} in ${namespace}.`);
      const pod = Pod.parse(object);
      const owner = pod.metadata.ownerReferences.find(({ controller }) => controller);
      if (owner === undefined) {
        throw new ActionRefused(
          `Pod ${name} has no controller: nothing would make it anew, so it is not deleted.`,
        );
      }
      const { uid } = pod.metadata;
      const proposal = { tool: 'restart_pod', namespace, kind: 'pod', name, uid };
      const execute = () => writer.deletePod({ ...ref, uid }, context.signal);
      const step = { proposal, effects: effectsOf(pod, owner), confirmation, execute };
      return await twoStep(step, confirmations, context);
    },
  };
}

function effectsOf({ spec }: Pod, owner: z.infer<typeof Owner>): string[] {
  const node = spec.nodeName === '' ? '' : ` on ${spec.nodeName}`;
  const scratch = spec.volumes.filter((volume) => 'emptyDir' in volume).map(({ name }) => name);
  return [
    `the pod${node} is stopped, with ${spec.terminationGracePeriodSeconds} s to end by itself`,
    `${owner.kind} ${owner.name} makes a new one`,
    ...(scratch.length === 0 ? [] : [`what is in emptyDir ${scratch.join(', ')} is lost`]),
  ];
}
