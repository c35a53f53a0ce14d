import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKubernetesClient } from '../../../src/tools/kubernetes/client.ts';
import { redact, toolError } from '../run.ts';

const OPENSSL = 'openssl';
const hasOpenssl = spawnSync(OPENSSL, ['version']).status === 0;
if (!hasOpenssl)
  console.warn('skipped: TLS to the Kubernetes API, because openssl is not installed');

const signal = new AbortController().signal;

describe.skipIf(!hasOpenssl)('reading over TLS', () => {
  let directory: string;
  let server: Server;
  let url: string;
  /** Whom the server took the caller for, and where it sent it: null answers. */
  const callers: string[] = [];
  let redirectTo: string | null = null;
  const file = (name: string) => join(directory, name);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kubernetes-tls-'));
    makeCertificates(directory);
    const tls = { key: readFileSync(file('server.key')), cert: readFileSync(file('server.crt')) };
    const ca = readFileSync(file('ca.crt'));
    server = createServer({ ...tls, ca, requestCert: true, rejectUnauthorized: false });
    server.on('request', (request, response) => {
      callers.push(callerOf(request.socket));
      if (redirectTo === null) response.end(JSON.stringify({ gitVersion: 'v1.34.1' }));
      else response.writeHead(307, { location: redirectTo }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
    url = `https://127.0.0.1:${address.port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(directory, { recursive: true });
  });

  const version = (connection: Parameters<typeof createKubernetesClient>[0]) =>
    createKubernetesClient(connection, redact).version(signal);

  it('trusts the authority of the configuration, and no other', async () => {
    expect(await version({ url, caFile: file('ca.crt') })).toBe('v1.34.1');
    expect(await toolError(version({ url, caFile: file('other.crt') }))).toMatch(
      /^The Kubernetes API cannot be reached \(its certificate is not trusted\)\.$/,
    );
    expect(await toolError(version({ url }))).toContain('its certificate is not trusted');
  });

  it('trusts what the system trusts when no authority is configured', async () => {
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, readFileSync(file('ca.crt'), 'utf8')]);
    try {
      redirectTo = null;
      expect(await version({ url })).toBe('v1.34.1');
      redirectTo = `${url}/elsewhere`;
      callers.length = 0;
      expect(await toolError(version({ url }))).toContain('redirect (HTTP 307)');
      expect(callers).toHaveLength(1);
    } finally {
      redirectTo = null;
      setDefaultCACertificates(before);
    }
  });

  it('shows the client certificate of the kubeconfig, and not to the target of a redirect', async () => {
    const kubeconfig = file('config');
    await writeFile(
      kubeconfig,
      JSON.stringify({
        clusters: [
          { name: 'c', cluster: { server: url, 'certificate-authority': file('ca.crt') } },
        ],
        users: [
          {
            name: 'u',
            user: { 'client-certificate': file('client.crt'), 'client-key': file('client.key') },
          },
        ],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }),
    );
    callers.length = 0;
    expect(await version({ kubeconfig })).toBe('v1.34.1');
    expect(callers).toEqual(['reader']);
    redirectTo = `${url}/elsewhere`;
    expect(await toolError(version({ kubeconfig }))).toContain('redirect (HTTP 307)');
    expect(callers).toEqual(['reader', 'reader']);
    redirectTo = null;
  });
});

function callerOf(socket: unknown): string {
  const certificate = isTls(socket) ? socket.getPeerCertificate() : null;
  const name = certificate?.subject?.CN;
  return typeof name === 'string' ? name : 'anonymous';
}

function isTls(socket: unknown): socket is TLSSocket {
  return typeof socket === 'object' && socket !== null && 'getPeerCertificate' in socket;
}

/** An authority with a server and a client of its own, and another authority. */
function makeCertificates(directory: string): void {
  const openssl = (...args: string[]) =>
    execFileSync(OPENSSL, args, { cwd: directory, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  for (const name of ['ca', 'other']) {
    const out = ['-keyout', `${name}.key`, '-out', `${name}.crt`, '-days', '2'];
    openssl('req', '-x509', ...key, ...out, '-subj', `/CN=${name}`);
  }
  for (const [name, subject] of [
    ['server', '/CN=127.0.0.1'],
    ['client', '/CN=reader'],
  ] as const) {
    const out = ['-keyout', `${name}.key`, '-out', `${name}.crt`, '-days', '2'];
    const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-addext', 'subjectAltName=IP:127.0.0.1'];
    openssl('req', '-x509', ...key, ...out, '-subj', subject, ...signed);
  }
}
