import { boutiqueCase, FRONTEND_ERRORS } from '../boutique-case.ts';
import {
  clusterIp,
  dialTimeout,
  frontendFails,
  frontendWarns,
  orderFails,
  times,
  unresolved,
} from '../boutique-logs.ts';
import { meshFails } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';
import { mergePatch, objectAt } from '../merge-patch.ts';

/** Addresses, gates and names that lead elsewhere, while every pod is Running and Ready. */
export const blindBoutiqueAddresses: DiagnosisCase[] = [
  boutiqueCase({
    name: 'checkout-calls-currency-on-a-wrong-port',
    family: 'traffic',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      world
        .app('checkoutservice')
        .rollout(1000)
        .setEnv({ CURRENCY_SERVICE_ADDR: 'currencyservice:7070' });
      orderFails(
        world,
        'failed to prepare order: failed to convert price of "OLJCESPC7Z" to EUR',
        dialTimeout(`${clusterIp(world, 'currencyservice')}:7070`),
      );
      meshFails(world, [['frontend', 'checkoutservice']]);
    },
    causes: [{ failureMode: 'bad-configuration', object: 'Deployment/checkoutservice' }],
  }),
  boutiqueCase({
    name: 'recommendation-calls-a-catalog-of-another-name',
    family: 'traffic',
    blind: true,
    arrange(world) {
      world
        .app('recommendationservice')
        .setEnv({ PRODUCT_CATALOG_SERVICE_ADDR: 'productcatalog-svc:3550' });
      world
        .app('recommendationservice')
        .logs(
          times(
            'grpc._channel._InactiveRpcError: <_InactiveRpcError of RPC that terminated with:\n\tstatus = StatusCode.UNAVAILABLE\n\tdetails = "DNS resolution failed for productcatalog-svc:3550: C-ares status is not ARES_SUCCESS qtype=A name=productcatalog-svc is_balancer=0: Domain name not found"\n>',
          ),
        );
      frontendWarns(
        world,
        'failed to get product recommendations',
        'code = Unknown desc = Exception calling application: <_InactiveRpcError of RPC that terminated with:\n\tstatus = StatusCode.UNAVAILABLE\n\tdetails = "DNS resolution failed for productcatalog-svc:3550"',
      );
    },
    causes: [{ failureMode: 'bad-configuration', object: 'Deployment/recommendationservice' }],
  }),
  boutiqueCase({
    name: 'frontend-is-told-that-shipping-is-email-and-logs-nothing',
    family: 'traffic',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      world.app('frontend').setEnv({ SHIPPING_SERVICE_ADDR: 'emailservice:5000' });
      frontendFails(
        world,
        'failed to get shipping quote',
        'code = Unimplemented desc = Method not found!',
        '/cart',
      );
      meshFails(world, [['loadgenerator', 'frontend']]);
    },
    causes: [{ failureMode: 'bad-configuration', object: 'Deployment/frontend' }],
  }),
  boutiqueCase({
    name: 'ingress-names-a-port-that-frontend-does-not-offer',
    family: 'traffic',
    alert: {
      name: 'IngressHigh5xx',
      labels: { ingress: 'frontend-ingress' },
      summary: 'boutique.example.com answers 503',
    },
    blind: true,
    arrange(world) {
      const backend = { service: { name: 'frontend', port: { number: 8080 } } };
      world.patch('Ingress', 'frontend-ingress', {
        spec: {
          rules: [
            {
              host: 'boutique.example.com',
              http: { paths: [{ path: '/', pathType: 'Prefix', backend }] },
            },
          ],
        },
      });
    },
    causes: [{ failureMode: 'ingress-misroute', object: 'Ingress/frontend-ingress' }],
  }),
  boutiqueCase({
    name: 'ingress-sends-shoppers-to-the-ads',
    family: 'traffic',
    arrange(world) {
      const backend = { service: { name: 'adservice', port: { number: 9555 } } };
      world.patch('Ingress', 'frontend-ingress', {
        spec: {
          rules: [
            {
              host: 'boutique.example.com',
              http: { paths: [{ path: '/', pathType: 'Prefix', backend }] },
            },
          ],
        },
      });
    },
    causes: [{ failureMode: 'ingress-misroute', object: 'Ingress/frontend-ingress' }],
  }),
  boutiqueCase({
    name: 'checkout-asks-a-name-server-that-is-not-there',
    family: 'traffic',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      world.app('checkoutservice').patchSpec({
        dnsPolicy: 'None',
        dnsConfig: {
          nameservers: ['192.0.2.53'],
          searches: ['online-boutique.svc.cluster.local', 'svc.cluster.local'],
        },
      });
      orderFails(
        world,
        'cart failure: failed to get user cart during checkout',
        'code = Unavailable desc = name resolver error: produced zero addresses; last error: dns: A record lookup error: lookup cartservice on 192.0.2.53:53: read udp 10.244.2.18:41022->192.0.2.53:53: i/o timeout',
      );
    },
    causes: [{ failureMode: 'dns-failure', object: 'Deployment/checkoutservice' }],
  }),
  boutiqueCase({
    name: 'coredns-has-no-pods-left',
    family: 'traffic',
    arrange(world) {
      const coredns = world.app('coredns');
      mergePatch(objectAt(coredns.workload, 'spec'), { replicas: 0 });
      coredns.losePods(2);
      mergePatch(objectAt(coredns.workload, 'status'), {
        replicas: 0,
        readyReplicas: 0,
        unavailableReplicas: 0,
      });
      world.syncEndpoints('kube-dns', 'kube-system');
      frontendFails(
        world,
        'could not retrieve currencies',
        unresolved('currencyservice')
          .replace('no such host', 'connection refused')
          .replace(
            'lookup currencyservice on 10.96.0.10:53',
            'lookup currencyservice on 10.96.0.10:53: read udp 10.244.1.7:51202->10.96.0.10:53: read',
          ),
      );
      world
        .app('recommendationservice')
        .logs(
          times(
            'details = "DNS resolution failed for productcatalogservice:3550: C-ares status is not ARES_SUCCESS qtype=A name=productcatalogservice is_balancer=0: Could not contact DNS servers"',
          ),
        );
      meshFails(world, [['loadgenerator', 'frontend']]);
    },
    causes: [
      { failureMode: 'dns-failure', object: 'Deployment/coredns' },
      { failureMode: 'scaled-to-zero', object: 'Deployment/coredns' },
    ],
  }),
];
