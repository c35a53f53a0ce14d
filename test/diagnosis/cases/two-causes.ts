import type { Cause, DiagnosisCase } from '../case.ts';
import type { World } from '../world.ts';

/** One thing that goes wrong with an app, on its own. */
interface Fault {
  cause: Cause;
  arrange: (world: World) => void;
}

function killed(name: string, kind = 'Deployment'): Fault {
  return {
    cause: { failureMode: 'oom-killed', object: `${kind}/${name}` },
    arrange: (world) => {
      world.app(name).crash({ exitCode: 137, reason: 'OOMKilled', secondsAgo: 900 });
    },
  };
}

function missingImage(name: string): Fault {
  return {
    cause: { failureMode: 'image-not-found', object: `Deployment/${name}` },
    arrange: (world) => {
      const image = `registry.example/shop/${name}:8.8.8`;
      const message = `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
      const app = world.app(name).rollout(1000, { container: { image } });
      app.waiting({
        reason: 'ImagePullBackOff',
        message: `Back-off pulling image "${image}": ErrImagePull: ${message}`,
        secondsAgo: 950,
      });
      for (const pod of app.pods) {
        world.event(pod, {
          type: 'Warning',
          reason: 'Failed',
          message,
          count: 6,
          first: 950,
          last: 60,
        });
      }
    },
  };
}

function noPods(name: string): Fault {
  return {
    cause: { failureMode: 'service-selector-mismatch', object: `Service/${name}` },
    arrange: (world) => {
      world.patch('Service', name, { spec: { selector: { app: `${name}-v2` } } });
      world.syncEndpoints(name);
    },
  };
}

function unplaced(name: string): Fault {
  return {
    cause: { failureMode: 'insufficient-cpu', object: `Deployment/${name}` },
    arrange: (world) => {
      world
        .app(name)
        .patchContainer({ resources: { requests: { cpu: '16' } } })
        .unschedulable(
          '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
        );
    },
  };
}

function missingSecret(name: string): Fault {
  return {
    cause: { failureMode: 'missing-config', object: `Deployment/${name}` },
    arrange: (world) => {
      const app = world.app(name).patchContainer({
        envFrom: [{ secretRef: { name: `${name}-keys` } }],
      });
      app.waiting({
        reason: 'CreateContainerConfigError',
        message: `secret "${name}-keys" not found`,
        secondsAgo: 900,
      });
    },
  };
}

function both(one: Fault, other: Fault, service = 'frontend'): DiagnosisCase {
  const causes: [Cause, Cause] = [one.cause, other.cause];
  const words = causes.map(({ failureMode, object }) => `${object.split('/')[1]}-${failureMode}`);
  return {
    name: words.join('-and-'),
    family: 'two-causes',
    alert: { name: 'HighErrorRate', labels: { service } },
    arrange(world) {
      one.arrange(world);
      other.arrange(world);
    },
    expected: { both: causes },
  };
}

/** Two faults of one night, neither of which explains the other. */
export const twoCauses: DiagnosisCase[] = [
  both(killed('cart'), killed('payment')),
  both(killed('catalog'), missingImage('shipping')),
  both(missingImage('currency'), missingImage('ads')),
  both(killed('recommendation'), noPods('currency')),
  both(noPods('cart'), noPods('payment')),
  both(unplaced('orders'), killed('shipping')),
  both(unplaced('catalog'), missingImage('cart')),
  both(missingSecret('payment'), killed('email')),
  both(missingSecret('orders'), noPods('catalog')),
  both(missingSecret('cart'), unplaced('currency')),
  both(killed('cart-redis', 'StatefulSet'), missingImage('payment')),
  both(killed('orders-db', 'StatefulSet'), noPods('shipping'), 'checkout'),
  both(killed('currency'), missingSecret('email'), 'checkout'),
  both(missingImage('payment'), unplaced('email'), 'checkout'),
  both(noPods('ads'), missingSecret('recommendation')),
];
