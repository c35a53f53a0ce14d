import { boutiqueCase, FRONTEND_ERRORS } from '../boutique-case.ts';
import { frontendFails, frontendWarns, orderFails, times, unresolved } from '../boutique-logs.ts';
import { meshFails } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';

/** Names that do not resolve, for the cluster's own reasons. */
export const blindBoutiqueNames: DiagnosisCase[] = [
  boutiqueCase({
    name: 'name-service-selects-no-server',
    family: 'traffic',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      world.patch(
        'Service',
        'kube-dns',
        { spec: { selector: { app: 'core-dns' } } },
        'kube-system',
      );
      world.syncEndpoints('kube-dns', 'kube-system');
      frontendFails(
        world,
        'could not retrieve currencies',
        'code = Unavailable desc = name resolver error: produced zero addresses; last error: dns: A record lookup error: lookup currencyservice on 10.96.0.10:53: read udp 10.244.1.7:51202->10.96.0.10:53: i/o timeout',
      );
      meshFails(world, [['loadgenerator', 'frontend']]);
    },
    causes: [
      { failureMode: 'service-selector-mismatch', object: 'Service/kube-dns' },
      { failureMode: 'dns-failure', object: 'Service/kube-dns' },
    ],
  }),
  boutiqueCase({
    name: 'coredns-knows-another-cluster-domain',
    family: 'traffic',
    blind: true,
    arrange(world) {
      world.patch(
        'ConfigMap',
        'coredns',
        {
          data: {
            Corefile:
              '.:53 {\n    errors\n    health\n    ready\n    kubernetes cluster.lan in-addr.arpa ip6.arpa {\n       pods insecure\n       fallthrough in-addr.arpa ip6.arpa\n    }\n    forward . /etc/resolv.conf\n    cache 30\n}\n',
          },
        },
        'kube-system',
      );
      frontendFails(world, 'could not retrieve currencies', unresolved('currencyservice'));
      orderFails(
        world,
        'cart failure: failed to get user cart during checkout',
        unresolved('cartservice'),
      );
      frontendWarns(world, 'failed to retrieve ads', unresolved('adservice'));
    },
    causes: [
      { failureMode: 'dns-failure', object: 'ConfigMap/coredns' },
      { failureMode: 'dns-failure', object: 'Deployment/coredns' },
    ],
  }),
  boutiqueCase({
    name: 'coredns-of-the-cluster-answers-servfail',
    family: 'traffic',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      const dns = world.app('coredns');
      dns.unready({ event: 'Readiness probe failed: HTTP probe failed with statuscode: 503' });
      world.syncEndpoints('kube-dns', 'kube-system');
      dns.logs(
        times(
          '[ERROR] plugin/kubernetes: Failed to watch *v1.Service: failed to list *v1.Service: services is forbidden: User "system:serviceaccount:kube-system:coredns" cannot list resource "services" in API group "" at the cluster scope',
        ),
      );
      frontendFails(
        world,
        'could not retrieve products',
        'code = Unavailable desc = name resolver error: produced zero addresses; last error: dns: A record lookup error: lookup productcatalogservice on 10.96.0.10:53: server misbehaving',
      );
    },
    causes: [
      { failureMode: 'dns-failure', object: 'Deployment/coredns' },
      { failureMode: 'rbac-denied', object: 'Deployment/coredns' },
      { failureMode: 'rbac-denied', object: 'ServiceAccount/coredns' },
    ],
  }),
];
