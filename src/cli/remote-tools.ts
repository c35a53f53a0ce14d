import { dirname, join } from 'node:path';
import type { Environment } from '../config/environment.ts';
import type { McpServerAccess } from '../config/mcp-servers.ts';
import { processEnvironment } from '../config/process-environment.ts';
import { systemClock } from '../lib/clock.ts';
import type { RemoteEndpoint } from '../mcp/remote/endpoint.ts';
import { openRemoteTools, type RemoteTools } from '../mcp/remote/remote-tools.ts';
import { publishedName } from '../mcp/remote/vetting.ts';
import { revealed } from './revealed.ts';
import type { Session } from './session.ts';

/** A server that is started for the first time may have to be downloaded (`npx`), within reason. */
const START_MS = 10_000;

/** The tools of the other MCP servers of an environment; none for one that the configuration does not name. */
export function remoteToolsOf({ config, log, redact }: Session, environment: string): RemoteTools {
  const named = config.environments.find(({ name }) => name === environment);
  const folder = dirname(config.file ?? '.');
  return openRemoteTools({
    environment,
    servers: (named?.mcp ?? []).map((access) => ({
      name: access.name,
      allow: access.allow,
      endpoint: endpointOf(access, folder),
    })),
    pinFile: pinFileOf(config),
    timeoutMs: START_MS,
    redact,
    clock: systemClock,
    log,
  });
}

/** Beside the configuration file: what was accepted belongs to what is configured. */
export function pinFileOf({ file }: { file: string | null }): string {
  return join(dirname(file ?? '.'), 'mcp-pins.json');
}

/** Every name that a tool of another server can have. */
export function remoteToolNames(environment: Environment | undefined): string[] {
  return (environment?.mcp ?? []).flatMap(({ name, allow }) =>
    allow.map((tool) => publishedName(name, tool)),
  );
}

function endpointOf(access: McpServerAccess, cwd: string): RemoteEndpoint {
  if (access.kind === 'url') {
    return { kind: 'url', url: access.url, headers: revealed(access.headers) };
  }
  const { PATH = '', HOME = '' } = processEnvironment();
  const { command, env } = access;
  return { kind: 'command', command, inherited: { PATH, HOME }, env: revealed(env), cwd };
}
