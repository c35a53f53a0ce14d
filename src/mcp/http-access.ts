import type { Secret } from '../config/secret.ts';
import { digest } from '../lib/digest.ts';
import { isLoopbackHost } from '../lib/loopback.ts';
import { checkCredentials, presentedToken } from '../web/credentials.ts';
import { type Caller, isLocalCaller } from '../web/local-caller.ts';

export interface HttpAccess {
  /** Any one of them lets a client in. None: only programs on this machine. */
  tokens: readonly Secret[];
  /** Besides loopback ones; lower-case, without port. */
  allowedHosts: readonly string[];
  /** Besides loopback ones, such as `https://chat.example.org`. */
  allowedOrigins: readonly string[];
}

/** For the log and the metrics. */
export type RefusalReason = 'host' | 'origin' | 'not_local' | 'no_token' | 'wrong_token';

export interface Refusal {
  status: 401 | 403;
  reason: RefusalReason;
  message: string;
}

/**
 * Against web pages that call a server which only their reader can reach: the name that they use for it (DNS
 * rebinding makes that a foreign one) and the page that the request comes from must be known.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning
 */
export function refuseForeign({ host, origin }: Caller, access: HttpAccess): Refusal | null {
  const name = hostNameOf(host);
  if (name === null || !(isLoopbackHost(name) || access.allowedHosts.includes(name))) {
    const message = 'The Host header must hold a loopback name, or one of MCP_ALLOWED_HOSTS.';
    return { status: 403, reason: 'host', message };
  }
  if (origin === undefined || isLoopbackOrigin(origin) || access.allowedOrigins.includes(origin)) {
    return null;
  }
  const message = 'This Origin is none of those in MCP_ALLOWED_ORIGINS.';
  return { status: 403, reason: 'origin', message };
}

export function refuseStranger(
  authorization: string | undefined,
  caller: Caller,
  { tokens }: Pick<HttpAccess, 'tokens'>,
): Refusal | null {
  if (tokens.length === 0) {
    if (isLocalCaller(caller)) return null;
    const message =
      'Without MCP_TOKEN only programs on the same machine that use a loopback name may call. ' +
      'Set MCP_TOKEN and send it as a bearer token.';
    return { status: 403, reason: 'not_local', message };
  }
  const problem = checkCredentials(authorization, tokens, ['bearer']);
  if (problem === null) return null;
  if (problem === 'wrong') {
    const message = 'The bearer token is none of those in MCP_TOKEN.';
    return { status: 401, reason: 'wrong_token', message };
  }
  const message = 'Send one of MCP_TOKEN as "Authorization: Bearer <token>".';
  return { status: 401, reason: 'no_token', message };
}

/**
 * Whether a browser may show a page of this origin our answers. Those of this machine only where it takes a token,
 * which a page has to be given: any program may serve a page here, and a browser runs it in a person's name.
 */
export function isSharedWith(
  origin: string,
  { tokens, allowedOrigins }: Pick<HttpAccess, 'tokens' | 'allowedOrigins'>,
): boolean {
  return allowedOrigins.includes(origin) || (tokens.length > 0 && isLoopbackOrigin(origin));
}

/** A name for the audit that tells one token from another, and gives none away. */
export function callerName(
  authorization: string | undefined,
  { tokens }: Pick<HttpAccess, 'tokens'>,
): string {
  const token = tokens.length === 0 ? null : presentedToken(authorization, ['bearer']);
  return token === null ? 'this machine' : `token ${digest([token], 8)}`;
}

/** Null for what is no host with at most a port. */
function hostNameOf(host: string | undefined): string | null {
  const url = URL.parse(`http://${host ?? ''}`);
  return url !== null && url.href === `http://${url.host}/` ? url.hostname : null;
}

function isLoopbackOrigin(origin: string): boolean {
  const url = URL.parse(origin);
  return url !== null && isLoopbackHost(url.hostname);
}
