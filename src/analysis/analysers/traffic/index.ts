import type { Analyser } from '../../finding.ts';
import { saidAnalyser } from '../said.ts';
import { askedInVain } from './asked-in-vain.ts';
import { dependencyDown } from './dependency-down.ts';
import { dns } from './dns.ts';
import { ingress } from './ingress.ts';
import { networkDegraded } from './network-degraded.ts';
import { networkPolicy } from './network-policy.ts';
import { noReadyEndpoints } from './no-ready-endpoints.ts';
import { probeTimeouts } from './probe-timeouts.ts';
import { retryStorm } from './retry-storm.ts';
import { servicePort } from './service-port.ts';
import { serviceSelector } from './service-selector.ts';
import { slowPods } from './slow-pods.ts';
import { wrongAddress } from './wrong-address.ts';

/** How requests find, or do not find, what answers them. */
export const traffic: readonly Analyser[] = [
  serviceSelector,
  servicePort,
  wrongAddress,
  askedInVain,
  dns,
  ingress,
  networkPolicy,
  noReadyEndpoints,
  networkDegraded,
  slowPods,
  probeTimeouts,
  retryStorm,
  dependencyDown,
  saidAnalyser('rate-limited', 'upstreams that limit the rate of calls'),
];
