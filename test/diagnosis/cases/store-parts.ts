import type { App } from '../app.ts';
import type { World } from '../world.ts';

/** Every two minutes for the last half hour, on all of its pods. */
export function says(app: App, text: string): void {
  app.logs(
    Array.from({ length: 12 }, (_, index) => ({ secondsAgo: 60 + index * 120, text })),
    app.pods,
  );
}

/** A MySQL with a Service, and services in Java that know it only by their Secrets. */
export function addTickets(world: World): void {
  world.deploy({
    name: 'tickets-mysql',
    kind: 'StatefulSet',
    replicas: 1,
    image: 'registry.example/library/mysql:8.4',
    port: 3306,
  });
  for (const name of ['seat-service', 'route-service', 'price-service']) {
    world.deploy({ name, port: 12000, image: `registry.example/tickets/${name}:1.2` });
    world.app(name).patchContainer({ envFrom: [{ secretRef: { name: `${name}-mysql` } }] });
  }
  world
    .app('frontend')
    .setEnv({ SEATS_URL: 'http://seat-service:12000', ROUTES_URL: 'http://route-service:12000' });
}

export const FRONTEND = { name: 'HighErrorRate', labels: { service: 'frontend' } };
export const ORDERS = { name: 'HighErrorRate', labels: { service: 'orders' } };
