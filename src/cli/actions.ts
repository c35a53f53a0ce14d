import { Command } from 'commander';
import { createActions } from '../actions/actions.ts';
import { createClusterWriter } from '../actions/writer.ts';
import { systemClock } from '../lib/clock.ts';
import { createActionsServer } from '../mcp/actions-server.ts';
import { serveStdio } from '../mcp/stdio.ts';
import { CommandError } from './compose.ts';
import { kubernetesOf } from './kubernetes-connection.ts';
import { packageVersion } from './package-root.ts';
import { openSession } from './session.ts';

export function actionsCommand(): Command {
  return new Command('actions')
    .description(
      'A separate MCP server on stdio that can restart a workload once a person agrees. Off unless configured.',
    )
    .option('--environment <name>', 'which one, when several have actions')
    .action(async ({ environment: wanted }: { environment?: string }, command: Command) => {
      const { config, log, redact } = openSession(command, false);
      const able = config.environments.flatMap(({ name, actions }) =>
        actions === null || (wanted !== undefined && wanted !== name) ? [] : [{ name, ...actions }],
      );
      const [environment, ...others] = able;
      if (environment === undefined) {
        throw new CommandError(
          `actions: ${wanted === undefined ? 'no environment' : `no environment ${JSON.stringify(wanted)}`} with an "actions" section, so there is nothing to serve`,
        );
      }
      if (others.length > 0) {
        const names = able.map(({ name }) => name).join(', ');
        throw new CommandError(`actions: name one --environment of: ${names}`);
      }
      const { name, kubernetes, namespaces } = environment;
      const writer = createClusterWriter(kubernetesOf(kubernetes), namespaces);
      const server = createActionsServer({
        actions: createActions(writer, systemClock),
        name: `probable-cause-actions/${name}`,
        version: packageVersion(),
        redact,
        log,
      });
      log.warn({ environment: name, namespaces }, 'this server can change the cluster');
      await serveStdio(server, { stdin: process.stdin, stdout: process.stdout });
    });
}
