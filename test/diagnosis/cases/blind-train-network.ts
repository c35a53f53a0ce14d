import type { DiagnosisCase } from '../case.ts';
import { trainTicket, trainTicketWithRequests } from '../train.ts';
import { callFails, edgeFails } from '../train-logs.ts';
import { counter } from '../world.ts';
import { GATEWAY, SLOW, USERS } from './blind-train-tools.ts';

/** Names that do not resolve and packets that are late. */
export const blindTrainNetwork: DiagnosisCase[] = [
  {
    name: 'blind-train-travel2-asks-a-resolver-that-knows-no-services',
    family: 'traffic',
    system: trainTicket,
    alert: GATEWAY,
    arrange(world) {
      world.app('ts-travel2-service').patchSpec({
        dnsPolicy: 'None',
        dnsConfig: { nameservers: ['8.8.8.8'] },
      });
      for (const callee of ['ts-basic-service', 'ts-seat-service', 'ts-train-service'])
        callFails(world, 'ts-travel2-service', callee, 'unknown-host');
      edgeFails(world, '/api/v1/travel2service/trips/left');
    },
    expected: { causes: [{ failureMode: 'dns-failure', object: 'Deployment/ts-travel2-service' }] },
  },
  {
    name: 'blind-train-the-corefile-answers-nxdomain-for-order',
    family: 'traffic',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      world.patch(
        'ConfigMap',
        'coredns',
        {
          data: {
            Corefile:
              '.:53 {\n    errors\n    health {\n       lameduck 5s\n    }\n    ready\n    template IN A ts-order-service.ts.svc.cluster.local {\n       rcode NXDOMAIN\n    }\n    kubernetes cluster.local in-addr.arpa ip6.arpa {\n       pods insecure\n       fallthrough in-addr.arpa ip6.arpa\n       ttl 30\n    }\n    forward . /etc/resolv.conf\n    cache 30\n    reload\n}\n',
          },
        },
        'kube-system',
      );
      for (const caller of ['ts-seat-service', 'ts-cancel-service', 'ts-security-service'])
        callFails(world, caller, 'ts-order-service', 'unknown-host');
      edgeFails(world, '/api/v1/orderservice/order/refresh');
    },
    expected: {
      causes: [
        { failureMode: 'dns-failure', object: 'ConfigMap/coredns' },
        { failureMode: 'dns-failure', object: 'Deployment/coredns' },
        { failureMode: 'dns-failure', object: 'Service/ts-order-service' },
      ],
    },
  },
  {
    name: 'blind-train-packets-of-order-are-late-and-only-its-callers-say-so',
    family: 'traffic',
    system: trainTicket,
    alert: SLOW,
    arrange(world) {
      const pod = world.app('ts-order-service').pod.metadata.name;
      for (const way of ['receive', 'transmit'])
        world.remetric(
          `container_network_${way}_bytes_total`,
          { pod },
          counter(60_000, 7_000, 940),
        );
      for (const caller of ['ts-seat-service', 'ts-security-service', 'ts-inside-payment-service'])
        callFails(world, caller, 'ts-order-service', 'read-timeout');
      edgeFails(world, '/api/v1/orderservice/order/refresh', '504');
    },
    expected: {
      causes: [{ failureMode: 'network-degraded', object: 'Deployment/ts-order-service' }],
    },
  },
  {
    name: 'blind-train-packets-of-config-are-late-in-the-request-times',
    family: 'traffic',
    system: trainTicketWithRequests,
    alert: SLOW,
    arrange(world) {
      // Its own handler is as fast as ever: what is late is on the way.
      for (const [service, rate] of [
        ['ts-seat-service', 14],
        ['ts-travel-service', 20],
        ['ts-gateway-service', 11],
      ] as const)
        world.remetric(
          'http_server_requests_seconds_sum',
          { service, status: '200' },
          counter(0.24, rate, 900),
        );
      const pod = world.app('ts-config-service').pod.metadata.name;
      for (const way of ['receive', 'transmit'])
        world.remetric(
          `container_network_${way}_bytes_total`,
          { pod },
          counter(26_000, 4_000, 900),
        );
      callFails(world, 'ts-seat-service', 'ts-config-service', 'read-timeout', { every: 160 });
    },
    expected: {
      causes: [{ failureMode: 'network-degraded', object: 'Deployment/ts-config-service' }],
    },
  },
];
