import { isLoopbackHost } from '../lib/loopback.ts';
import { type EnvValues, envValue } from './env-values.ts';
import { describeValue, type Problems } from './problems.ts';
import type { Secret } from './secret.ts';
import type { Environ } from './settings.ts';

/** How `mcp --http` listens, and to whom. */
export interface McpHttpConfig {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Any one of them lets a client in. Empty: only callers on this machine. */
  tokens: Secret[];
  /** Names that it may be called by, besides loopback ones: lower-case, without port. */
  allowedHosts: string[];
  /** Web pages that may call it, besides those of this machine, such as `https://chat.example.org`. */
  allowedOrigins: string[];
}

/** Beside `serve` on the same machine, whose default is 8080. */
const DEFAULT_PORT = 8090;

export function mcpHttpOf(fromEnv: EnvValues, env: Environ, problems: Problems): McpHttpConfig {
  const host = fromEnv.host ?? '127.0.0.1';
  if (!isLoopbackHost(host)) {
    const reachable = `nothing, while HOST is ${describeValue(host)}, which other machines can reach`;
    if (envValue(env, 'MCP_TOKEN') === undefined) {
      const accepts = 'a token that MCP clients must present; or set HOST to 127.0.0.1';
      problems.add('MCP_TOKEN', reachable, accepts);
    }
    if (envValue(env, 'MCP_ALLOWED_HOSTS') === undefined) {
      const accepts = 'the host names that clients call it by, such as mcp.example.org';
      problems.add('MCP_ALLOWED_HOSTS', reachable, accepts);
    }
  }
  return {
    host,
    port: fromEnv.port ?? DEFAULT_PORT,
    tokens: fromEnv.mcpTokens ?? [],
    allowedHosts: fromEnv.mcpAllowedHosts ?? [],
    allowedOrigins: fromEnv.mcpAllowedOrigins ?? [],
  };
}
