import { isIPv4 } from 'node:net';

/**
 * Whether a host name or address can only be reached from this machine: `localhost`, 127.0.0.0/8, `::1`,
 * also in URL brackets and as an IPv4 address mapped into IPv6 (what a dual-stack socket reports).
 */
export function isLoopbackHost(host: string): boolean {
  const bare = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^::ffff:(?=\d+\.)/, '');
  if (bare === 'localhost' || bare === '::1') return true;
  return isIPv4(bare) && bare.startsWith('127.');
}

/** Whether it stands for all addresses of this machine: a server listens on it, a client cannot call it. */
export function isWildcardHost(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
