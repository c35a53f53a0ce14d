import type { DiagnosisCase } from '../case.ts';
import { trainTicket, trainTicketWithRequests } from '../train.ts';
import { callFails, edgeFails, spring } from '../train-logs.ts';
import { GATEWAY, NAMESPACE, patchService, USERS } from './blind-train-tools.ts';

/** Requests that do not arrive, while every pod runs and is ready. */
export const blindTrainTraffic: DiagnosisCase[] = [
  {
    name: 'blind-train-service-of-station-selects-nobody',
    family: 'traffic',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      patchService(world, 'ts-station-service', { selector: { app: 'ts-station' } });
      callFails(world, 'ts-basic-service', 'ts-station-service', 'refused', {
        path: 'stations/idlist',
      });
      callFails(world, 'ts-travel-service', 'ts-basic-service', '500');
      edgeFails(world, '/api/v1/travelservice/trips/left');
    },
    expected: {
      causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/ts-station-service' }],
    },
  },
  {
    name: 'blind-train-service-of-seat-sends-to-a-wrong-port',
    family: 'traffic',
    system: trainTicketWithRequests,
    alert: GATEWAY,
    arrange(world) {
      patchService(world, 'ts-seat-service', {
        ports: [{ name: 'http', port: 18898, targetPort: 18899, protocol: 'TCP' }],
      });
      callFails(world, 'ts-travel-service', 'ts-seat-service', 'refused', {
        path: 'seats/left_tickets',
      });
      callFails(world, 'ts-preserve-service', 'ts-seat-service', 'refused', { path: 'seats' });
      edgeFails(world, '/api/v1/preserveservice/preserve');
    },
    expected: {
      causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/ts-seat-service' }],
    },
  },
  {
    name: 'blind-train-service-of-contacts-offers-another-port',
    family: 'traffic',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      patchService(world, 'ts-contacts-service', {
        ports: [{ name: 'http', port: 12374, targetPort: 12347, protocol: 'TCP' }],
      });
      callFails(world, 'ts-preserve-service', 'ts-contacts-service', 'connect-timeout');
      edgeFails(world, '/api/v1/contactservice/contacts', '504');
    },
    expected: {
      causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/ts-contacts-service' }],
    },
  },
  {
    name: 'blind-train-service-of-price-speaks-udp',
    family: 'traffic',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      patchService(world, 'ts-price-service', {
        ports: [{ name: 'http', port: 16579, targetPort: 16579, protocol: 'UDP' }],
      });
      callFails(world, 'ts-basic-service', 'ts-price-service', 'connect-timeout');
      edgeFails(world, '/api/v1/priceservice/prices', '504');
    },
    expected: {
      causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/ts-price-service' }],
    },
  },
  {
    name: 'blind-train-notification-looks-for-rabbitmq-under-an-old-name',
    family: 'traffic',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      world.app('ts-notification-service').rollout(1_500).setEnv({ rabbitmq_host: 'rabbitmq-svc' });
      spring(world, 'ts-notification-service', [
        {
          level: 'ERROR',
          logger: 'o.s.a.r.l.SimpleMessageListenerContainer',
          text: 'Failed to check/redeclare auto-delete queue(s).',
          trace: [
            '',
            'org.springframework.amqp.AmqpIOException: java.net.UnknownHostException: rabbitmq-svc',
            '\tat org.springframework.amqp.rabbit.support.RabbitExceptionTranslator.convertRabbitAccessException(RabbitExceptionTranslator.java:70) ~[spring-rabbit-2.3.10.jar!/:2.3.10]',
            'Caused by: java.net.UnknownHostException: rabbitmq-svc',
          ],
          every: 50,
          from: 1_480,
        },
      ]);
    },
    expected: {
      causes: [
        { failureMode: 'bad-configuration', object: 'Deployment/ts-notification-service' },
        { failureMode: 'store-credentials', object: 'Deployment/ts-notification-service' },
      ],
    },
  },
  {
    name: 'blind-train-preserve-has-the-address-of-order-with-a-wrong-port',
    family: 'traffic',
    system: trainTicketWithRequests,
    alert: USERS,
    arrange(world) {
      world.app('ts-preserve-service').setEnv({ ORDER_SERVICE_ADDR: 'ts-order-service:12013' });
      const words = 'Connection timed out (Connection timed out)';
      spring(world, 'ts-preserve-service', [
        {
          level: 'ERROR',
          logger: 'o.a.c.c.C.[.[.[/].[dispatcherServlet]',
          text: `Servlet.service() for servlet [dispatcherServlet] in context with path [] threw exception [Request processing failed; nested exception is org.springframework.web.client.ResourceAccessException: I/O error on POST request for "http://ts-order-service:12013/api/v1/orderservice/order": ${words}; nested exception is java.net.ConnectException: ${words}] with root cause`,
          trace: ['', `java.net.ConnectException: ${words}`],
          every: 60,
        },
      ]);
      edgeFails(world, '/api/v1/preserveservice/preserve');
    },
    expected: {
      causes: [{ failureMode: 'bad-configuration', object: 'Deployment/ts-preserve-service' }],
    },
  },
  {
    name: 'blind-train-ingress-sends-api-to-a-port-that-the-gateway-has-not',
    family: 'traffic',
    system: trainTicket,
    alert: { ...USERS, labels: { ingress: 'train-ticket' } },
    arrange(world) {
      const to = (path: string, name: string, number: number) => ({
        path,
        pathType: 'Prefix',
        backend: { service: { name, port: { number } } },
      });
      const paths = [to('/api', 'ts-gateway-service', 18889), to('/', 'ts-ui-dashboard', 8080)];
      world.patch('Ingress', 'train-ticket', {
        spec: { rules: [{ host: 'train.example', http: { paths } }] },
      });
    },
    expected: { causes: [{ failureMode: 'ingress-misroute', object: 'Ingress/train-ticket' }] },
  },
  {
    name: 'blind-train-ingress-sends-api-to-the-dashboard-of-news',
    family: 'traffic',
    system: trainTicketWithRequests,
    alert: USERS,
    arrange(world) {
      const to = (path: string, name: string, number: number) => ({
        path,
        pathType: 'Prefix',
        backend: { service: { name, port: { number } } },
      });
      const paths = [to('/api', 'ts-gateway', 18888), to('/', 'ts-ui-dashboard', 8080)];
      world.patch('Ingress', 'train-ticket', {
        spec: { rules: [{ host: 'train.example', http: { paths } }] },
      });
      edgeFails(world, '/api/v1/users/login', '502');
    },
    expected: { causes: [{ failureMode: 'ingress-misroute', object: 'Ingress/train-ticket' }] },
  },
  {
    name: 'blind-train-the-routes-of-the-gateway-name-a-service-that-is-not-there',
    family: 'traffic',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      world.create(
        'v1',
        'ConfigMap',
        { name: 'ts-gateway-routes' },
        {
          data: {
            'application.yml':
              'spring:\n  cloud:\n    gateway:\n      routes:\n        - id: preserve\n          uri: http://ts-preserve-svc:14568\n          predicates:\n            - Path=/api/v1/preserveservice/**\n        - id: order\n          uri: http://ts-order-service:12031\n          predicates:\n            - Path=/api/v1/orderservice/**\n',
          },
        },
      );
      world.app('ts-gateway-service').rollout(1_100, {
        spec: { volumes: [{ name: 'routes', configMap: { name: 'ts-gateway-routes' } }] },
      });
      spring(world, 'ts-gateway-service', [
        {
          level: 'ERROR',
          logger: 'a.w.r.e.AbstractErrorWebExceptionHandler',
          text: '[4be1c7d3-91]  500 Server Error for HTTP POST "/api/v1/preserveservice/preserve"',
          trace: [
            '',
            "java.net.UnknownHostException: failed to resolve 'ts-preserve-svc' after 4 queries ",
            '\tat io.netty.resolver.dns.DnsResolveContext.finishResolve(DnsResolveContext.java:1046) ~[netty-resolver-dns-4.1.66.Final.jar!/:4.1.66.Final]',
          ],
          every: 40,
          from: 1_050,
        },
      ]);
      edgeFails(world, '/api/v1/preserveservice/preserve');
    },
    expected: {
      causes: [
        { failureMode: 'ingress-misroute', object: 'Deployment/ts-gateway-service' },
        { failureMode: 'ingress-misroute', object: 'ConfigMap/ts-gateway-routes' },
        { failureMode: 'bad-configuration', object: 'Deployment/ts-gateway-service' },
        { failureMode: 'bad-configuration', object: 'ConfigMap/ts-gateway-routes' },
      ],
    },
  },
];
