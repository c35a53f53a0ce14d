import { Command } from 'commander';
import { serveStdio } from '../mcp/stdio.ts';
import { CommandError } from './compose.ts';
import { toolServerOf } from './environments.ts';
import { openSession, type Session } from './session.ts';

export function mcpCommand(): Command {
  return new Command('mcp')
    .description(
      'The read-only tools on stdio, for Claude Desktop, Claude Code and other MCP clients.',
    )
    .option('--environment <name>', 'which one, when the configuration has several')
    .action(async (options: { environment?: string }, command: Command) => {
      const session = openSession(command, false);
      if (process.stdin.isTTY) {
        console.error(
          'MCP on standard input and output: this is for an MCP client, not for a keyboard.',
        );
      }
      const server = toolServerOf(session, environmentName(session, options.environment));
      await serveStdio(server, { stdin: process.stdin, stdout: process.stdout });
    });
}

function environmentName({ config, log }: Session, wanted: string | undefined): string {
  const names = config.environments.map((environment) => environment.name);
  const [first] = names;
  if (wanted === undefined && first !== undefined) {
    const [environment] = config.environments;
    const empty =
      environment?.kubernetes === null &&
      environment.prometheus === null &&
      environment.loki === null;
    if (empty) log.warn('no tools: set KUBECONFIG, PROMETHEUS_URL or LOKI_URL, or name a --config');
    if (names.length > 1) log.info({ environment: first, others: names.slice(1) }, 'environment');
    return first;
  }
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  throw new CommandError(
    `mcp: there is no environment ${JSON.stringify(wanted)}; there are: ${names.join(', ')}`,
  );
}
