import { servicePorts } from '../boutique.ts';
import { boutiqueCase, FRONTEND_ERRORS, SHOP_DEGRADED } from '../boutique-case.ts';
import {
  clusterIp,
  dialTimeout,
  frontendFails,
  frontendWarns,
  orderFails,
  refused,
} from '../boutique-logs.ts';
import { meshFails } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';

/** Services that lead elsewhere, while every pod is Running and Ready. */
export const blindBoutiqueTraffic: DiagnosisCase[] = [
  boutiqueCase({
    name: 'service-of-the-cart-selects-another-label',
    family: 'traffic',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      world.patch('Service', 'cartservice', { spec: { selector: { app: 'cart-service' } } });
      world.syncEndpoints('cartservice');
      frontendFails(
        world,
        'could not retrieve cart',
        refused(`${clusterIp(world, 'cartservice')}:7070`),
        '/cart',
      );
      meshFails(world, [
        ['frontend', 'cartservice'],
        ['loadgenerator', 'frontend'],
      ]);
    },
    causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/cartservice' }],
  }),
  boutiqueCase({
    name: 'redis-service-selects-a-tier-and-nobody-says-so',
    family: 'traffic',
    blind: true,
    arrange(world) {
      world.patch('Service', 'redis-cart', {
        spec: { selector: { app: 'redis-cart', tier: 'cache' } },
      });
      world.syncEndpoints('redis-cart');
      frontendFails(
        world,
        'could not retrieve cart',
        "code = FailedPrecondition desc = Can't access cart storage. StackExchange.Redis.RedisConnectionException: The message timed out in the backlog attempting to send because no connection became available (5000ms) - Last Connection Exception: UnableToConnect on redis-cart:6379/Interactive, Initializing/NotStarted",
        '/cart',
      );
    },
    causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/redis-cart' }],
  }),
  boutiqueCase({
    name: 'service-of-payment-sends-to-a-port-that-payment-has-not',
    family: 'traffic',
    alert: SHOP_DEGRADED,
    arrange(world) {
      servicePorts(world, 'paymentservice', { name: 'grpc', port: 50051, targetPort: 50052 });
      orderFails(
        world,
        'failed to charge card: could not charge the card',
        refused(`${clusterIp(world, 'paymentservice')}:50051`),
      );
      meshFails(world, [['checkoutservice', 'paymentservice']]);
    },
    causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/paymentservice' }],
  }),
  boutiqueCase({
    name: 'service-of-ads-listens-on-a-port-that-nobody-calls',
    family: 'traffic',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      servicePorts(world, 'adservice', { name: 'grpc', port: 9556, targetPort: 9555 });
      frontendWarns(
        world,
        'failed to retrieve ads',
        dialTimeout(`${clusterIp(world, 'adservice')}:9555`),
      );
    },
    causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/adservice' }],
  }),
  boutiqueCase({
    name: 'service-of-recommendation-speaks-udp',
    family: 'traffic',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      servicePorts(world, 'recommendationservice', {
        name: 'grpc',
        port: 8080,
        targetPort: 8080,
        protocol: 'UDP',
      });
      frontendWarns(
        world,
        'failed to get product recommendations',
        refused(`${clusterIp(world, 'recommendationservice')}:8080`),
      );
      meshFails(world, [['frontend', 'recommendationservice']]);
    },
    causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/recommendationservice' }],
  }),
  boutiqueCase({
    name: 'outer-service-sends-to-the-wrong-port-of-frontend',
    family: 'traffic',
    alert: {
      name: 'ProbeFailed',
      labels: { job: 'blackbox', instance: 'http://192.168.10.11:30080/' },
      summary: 'The shop does not answer',
    },
    blind: true,
    arrange(world) {
      servicePorts(world, 'frontend-external', { name: 'http', port: 80, targetPort: 8081 });
    },
    causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/frontend-external' }],
  }),
];
