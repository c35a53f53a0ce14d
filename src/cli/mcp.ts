import { type Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../lib/clock.ts';
import { createMcpRouter } from '../mcp/http.ts';
import { createRefusals } from '../mcp/refusals.ts';
import { serveStdio } from '../mcp/stdio.ts';
import { NOTHING_CONFIGURED } from '../tools/environment/list-environments.ts';
import { createApp } from '../web/app.ts';
import { createHealthRouter } from '../web/health.ts';
import { type ListenOptions, listen, type RunningServer } from '../web/listen.ts';
import { createMetrics } from '../web/metrics/metrics.ts';
import { CommandError } from './command-error.ts';
import { openEnvironments } from './environments.ts';
import { definePin } from './mcp-pin.ts';
import { runUntilTold } from './run-until-told.ts';
import { openSession, type Session } from './session.ts';

interface McpOptions {
  environment?: string;
  http?: true;
  port?: number;
}

export function defineMcp(command: Command): void {
  command
    .option('--environment <name>', 'which one, when the configuration has several')
    .option('--http', 'serve Streamable HTTP at /mcp, with /healthz and /metrics beside it')
    .option('--port <number>', 'with --http (default: PORT, or 8090)', port)
    // Commander only counts what follows; a misspelt command deserves its name.
    .allowExcessArguments()
    .action(async (options: McpOptions) => {
      refuseUnknownCommand(command);
      if (options.port !== undefined && !options.http) {
        throw new CommandError('mcp: --port goes with --http');
      }
      const session = openSession(command, false, options.http);
      const environment = environmentName(session, options.environment);
      if (options.http) await serveHttp(session, environment, options.port);
      else await serveThisClient(session, environment);
    });
  definePin(command.command('pin'));
}

function refuseUnknownCommand(command: Command): void {
  const [unknown] = command.args;
  if (unknown === undefined) return;
  const names = command.commands.map((known) => known.name());
  const message = `error: unknown command '${unknown}'\n(What there is: mcp alone, or mcp ${names.join(', mcp ')})`;
  command.error(message, { code: 'commander.unknownCommand' });
}

async function serveThisClient(session: Session, environment: string): Promise<void> {
  if (process.stdin.isTTY) {
    console.error(
      'MCP on standard input and output: this is for an MCP client, not for a keyboard.',
    );
  }
  const environments = openEnvironments(session);
  const serverFor = environments.serversOf(environment);
  const server = serverFor({ client: null, caller: 'stdio', address: null });
  try {
    await serveStdio(server, { stdin: process.stdin, stdout: process.stdout });
  } finally {
    await environments.close();
  }
}

function serveHttp(session: Session, environment: string, flag: number | undefined): Promise<void> {
  const { port, tokens } = session.config.mcpHttp;
  const callers =
    tokens.length > 0 ? 'with a bearer token of MCP_TOKEN' : 'programs on this machine, no token';
  const at =
    flag === undefined ? { port, portSetting: 'PORT' } : { port: flag, portSetting: '--port' };
  return runUntilTold(session, {
    name: 'mcp',
    start: () => listenForMcp(session, environment, at),
    facts: { path: '/mcp', callers, environment },
    hint: `MCP: /mcp, ${callers}`,
  });
}

async function listenForMcp(
  session: Session,
  environment: string,
  at: Pick<ListenOptions, 'port' | 'portSetting'>,
): Promise<RunningServer> {
  const { log } = session;
  const { host, tokens, allowedHosts, allowedOrigins } = session.config.mcpHttp;
  const metrics = createMetrics();
  const environments = openEnvironments(session, metrics);
  const serverFor = environments.serversOf(environment);
  const count = (reason: string) => metrics.callerRefused(reason);
  const refusals = createRefusals({ count, clock: systemClock, log });
  const routers = [
    createMcpRouter({ serverFor, refusals, tokens, allowedHosts, allowedOrigins }),
    createHealthRouter({ checks: {}, metrics, log }),
  ];
  const server = await listen(createApp(routers, log), { host, ...at });
  return {
    ...server,
    async close(graceMs) {
      await server.close(graceMs);
      await environments.close();
    },
  };
}

function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}

function environmentName({ config, log }: Session, wanted: string | undefined): string {
  const names = config.environments.map((environment) => environment.name);
  const [first] = names;
  if (wanted === undefined && first !== undefined) {
    const [environment] = config.environments;
    const empty =
      environment?.kubernetes === null &&
      environment.prometheus === null &&
      environment.loki === null &&
      environment.mcp.length === 0;
    if (empty) log.warn(NOTHING_CONFIGURED);
    if (names.length > 1) log.info({ environment: first, others: names.slice(1) }, 'environment');
    return first;
  }
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  throw new CommandError(
    `mcp: there is no environment ${JSON.stringify(wanted)}; there are: ${names.join(', ')}`,
  );
}
