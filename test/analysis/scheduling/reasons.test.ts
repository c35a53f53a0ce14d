import { describe, expect, it } from 'vitest';
import { reasonsIn } from '../../../src/analysis/analysers/scheduling/reasons.ts';

const PREEMPTION =
  ' preemption: 0/4 nodes are available: 2 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.';

describe("the scheduler's reasons", () => {
  it.each<[string, string[]]>([
    [
      `0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 node(s) were unschedulable, 2 Insufficient cpu.${PREEMPTION}`,
      ['control-plane 1', 'cordoned 1', 'resource 2 cpu'],
    ],
    [
      "0/3 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 2 node(s) had taint {dedicated: batch}, that the pod didn't tolerate.",
      ['control-plane 1', 'taint 2 dedicated: batch'],
    ],
    ['0/2 nodes are available: 2 node(s) had untolerated taint(s).', ['taint 2']],
    [
      "0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 2 node(s) didn't match Pod's node affinity/selector.",
      ['condition 1 node.kubernetes.io/unreachable: ', 'selector 2'],
    ],
    ["0/3 nodes are available: 3 node(s) didn't match node selector.", ['selector 3']],
    [
      '0/3 nodes are available: 2 Insufficient cpu, 3 Insufficient memory.',
      ['resource 2 cpu', 'resource 3 memory'],
    ],
    ['0/1 nodes are available: 1 Insufficient nvidia.com/gpu.', ['resource 1 nvidia.com/gpu']],
    [
      '0/1 nodes are available: 1 Insufficient ephemeral-storage.',
      ['resource 1 ephemeral-storage'],
    ],
    ['0/2 nodes are available: 2 Too many pods.', ['pod-count 2']],
    [
      "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.",
      ['pod-affinity 3'],
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't match pod affinity/anti-affinity rules, 3 node(s) didn't satisfy existing pods anti-affinity rules.",
      ['pod-affinity 3', 'pod-affinity 3'],
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints (missing required label).",
      ['spread 3'],
    ],
    [
      '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      ['volume-unbound 0'],
    ],
    [
      '0/3 nodes are available: persistentvolumeclaim "data" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      ['volume-unbound 0 data'],
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind.",
      ['volume-unbound 3'],
    ],
    [
      '0/3 nodes are available: 3 node(s) had volume node affinity conflict.',
      ['volume-affinity 3'],
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports.",
      ['ports 3'],
    ],
    ['no nodes available to schedule pods', ['no-nodes 0']],
  ])('of %s', (message, expected) => {
    const said = reasonsIn(message).map(
      ({ kind, nodes, detail }) => `${kind} ${nodes}${detail === '' ? '' : ` ${detail}`}`,
    );
    expect(said).toEqual(expected);
  });
});
