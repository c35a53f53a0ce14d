import { describe, expect, it } from 'vitest';
import { admission } from '../../../src/analysis/analysers/admission/index.ts';
import { situationAfter, told } from '../../diagnosis/situation.ts';
import type { World } from '../../diagnosis/world.ts';

/** The controller's event on the newest ReplicaSet, and the pods that are missing for it. */
function refuse(world: World, app: string, message: string, lost = 2): void {
  const { replicaSet } = world.app(app).losePods(lost);
  if (replicaSet === null) throw new Error(`${app} has no ReplicaSet`);
  world.event(replicaSet, {
    type: 'Warning',
    reason: 'FailedCreate',
    message: `Error creating: ${message}`,
    count: 9,
    first: 900,
    last: 60,
    from: 'replicaset-controller',
  });
}

/** The same in the Deployment's own condition, after the event is gone. */
function failReplicas(world: World, app: string, message: string): void {
  world.app(app).losePods(2);
  world.patch('Deployment', app, {
    status: {
      conditions: [
        {
          type: 'ReplicaFailure',
          status: 'True',
          reason: 'FailedCreate',
          message,
          lastTransitionTime: world.ago(800),
        },
      ],
    },
  });
}

describe('what the API server refuses', () => {
  it.each<[string, (world: World) => void, string]>([
    [
      'a quota on memory, by an event',
      (world) =>
        refuse(
          world,
          'payment',
          'pods "payment-6b9f7-x2k4p" is forbidden: exceeded quota: mem-cap, requested: limits.memory=256Mi,requests.memory=128Mi, used: limits.memory=2Gi,requests.memory=1Gi, limited: limits.memory=2Gi,requests.memory=1Gi',
        ),
      'quota-exceeded ResourceQuota mem-cap',
    ],
    [
      'a quota that wants every pod to say what it needs',
      (world) =>
        failReplicas(
          world,
          'cart',
          'pods "cart-5d9-abcde" is forbidden: failed quota: strict: must specify limits.cpu for: cart; limits.memory for: cart',
        ),
      'quota-exceeded ResourceQuota strict',
    ],
    [
      'a quota without room, whose events are gone',
      (world) => {
        world.app('catalog').losePods(1);
        world.patch('ResourceQuota', 'compute', {
          spec: { hard: { pods: '25' } },
          status: { hard: { pods: '25' }, used: { pods: '25' } },
        });
      },
      'quota-exceeded ResourceQuota compute',
    ],
    [
      'a quota of Services, for want of which one was never made',
      (world) => {
        world.remove('Service', 'currency');
        world.patch('ResourceQuota', 'compute', {
          spec: { hard: { services: '12' } },
          status: { hard: { services: '12' }, used: { services: '12' } },
        });
      },
      'quota-exceeded ResourceQuota compute',
    ],
    [
      'a quota of Services, for want of the one that nobody names and all others have',
      (world) => {
        world.remove('Service', 'frontend');
        world.patch('ResourceQuota', 'compute', { status: { used: { services: '40' } } });
      },
      'quota-exceeded ResourceQuota compute',
    ],
    [
      'a LimitRange, which the message does not name',
      (world) => {
        world.create(
          'v1',
          'LimitRange',
          { name: 'small' },
          { spec: { limits: [{ type: 'Container', max: { memory: '128Mi' } }] } },
        );
        refuse(
          world,
          'ads',
          'pods "ads-7c-qwxzv" is forbidden: maximum memory usage per Container is 128Mi, but limit is 256Mi',
        );
      },
      'quota-exceeded LimitRange small',
    ],
    [
      'a service account that does not exist, by an event',
      (world) =>
        refuse(
          world,
          'email',
          'pods "email-7d6-" is forbidden: error looking up service account shop/mailer: serviceaccount "mailer" not found',
        ),
      'missing-service-account Deployment email',
    ],
    [
      'a service account that does not exist, by the template',
      (world) => {
        world.app('shipping').patchSpec({ serviceAccountName: 'shipper' }).losePods(2);
      },
      'missing-service-account Deployment shipping',
    ],
    [
      'a webhook that denies',
      (world) =>
        refuse(
          world,
          'orders',
          'admission webhook "validate.kyverno.svc-fail" denied the request: policy require-labels: label team is required',
        ),
      'admission-denied Deployment orders',
    ],
    [
      'a webhook that does not answer',
      (world) =>
        refuse(
          world,
          'orders',
          'Internal error occurred: failed calling webhook "inject.istio.io": failed to call webhook: Post "https://istiod.istio-system.svc:443/inject?timeout=10s": dial tcp 10.96.3.4:443: connect: connection refused',
        ),
      'admission-denied Service istiod',
    ],
    [
      'pod security',
      (world) =>
        failReplicas(
          world,
          'payment',
          'pods "payment-54-x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "payment" must set securityContext.allowPrivilegeEscalation=false)',
        ),
      'admission-denied Deployment payment',
    ],
  ])('tells %s', async (_, arrange, expected) => {
    const situation = await situationAfter(arrange);
    expect(told(admission, situation)[0]).toBe(expected);
  });

  it('finds nothing in a shop that is well', async () => {
    expect(told(admission, await situationAfter(() => {}))).toEqual([]);
  });

  it('does not blame a quota that is just full while every workload has its pods', async () => {
    const situation = await situationAfter((world) => {
      world.patch('ResourceQuota', 'compute', {
        status: { used: { pods: '80', 'requests.cpu': '10' } },
      });
    });
    expect(told(admission, situation)).toEqual([]);
  });

  it('does not blame a quota with room for a pod that is missing for another reason', async () => {
    const situation = await situationAfter((world) => world.app('cart').losePods(1));
    expect(told(admission, situation)).toEqual([]);
  });
});
