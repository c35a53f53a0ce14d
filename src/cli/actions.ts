import type { Command } from 'commander';
import { createActions } from '../actions/actions.ts';
import { createClusterWriter } from '../actions/writer.ts';
import type { Config } from '../config/config.ts';
import { isSameKubeconfig, kubeconfigProblem } from '../config/kubeconfig-file.ts';
import type { KubernetesAccess } from '../config/kubernetes-access.ts';
import { systemClock } from '../lib/clock.ts';
import { createActionsServer } from '../mcp/actions-server.ts';
import { serveStdio } from '../mcp/stdio.ts';
import { openConfiguredAuditLog } from './audit-log.ts';
import { CommandError } from './command-error.ts';
import { kubernetesOf } from './kubernetes-connection.ts';
import { packageVersion } from './package-root.ts';
import { openSession } from './session.ts';

interface Acting {
  name: string;
  kubernetes: KubernetesAccess;
  namespaces: string[];
}

export function defineActions(command: Command): void {
  command
    .option('--environment <name>', 'which one, when several have actions')
    .action(async ({ environment: wanted }: { environment?: string }) => {
      const session = openSession(command, false);
      const { config, log, redact } = session;
      const environment = actingEnvironment(config, wanted);
      const { name, kubernetes, namespaces } = environment;
      for (const warning of credentialWarnings(config, environment)) log.warn(warning);
      const audit = openConfiguredAuditLog(session, () => {});
      const writer = createClusterWriter(kubernetesOf(kubernetes), namespaces);
      const server = createActionsServer({
        environment: name,
        actions: createActions(writer, systemClock),
        record: (entry) => audit.record(entry),
        name: `probable-cause-actions/${name}`,
        version: packageVersion(),
        redact,
        clock: systemClock,
        log,
      });
      log.warn({ environment: name, namespaces }, 'this server can change the cluster');
      await serveStdio(server, { stdin: process.stdin, stdout: process.stdout });
    });
}

/** @throws CommandError unless there is exactly one. */
function actingEnvironment({ environments }: Config, wanted: string | undefined): Acting {
  const able = environments.flatMap(({ name, actions }) =>
    actions === null || (wanted !== undefined && wanted !== name) ? [] : [{ name, ...actions }],
  );
  const [environment, ...others] = able;
  if (environment === undefined) {
    const which =
      wanted === undefined ? 'no environment' : `no environment ${JSON.stringify(wanted)}`;
    throw new CommandError(
      `actions: ${which} with an "actions" section, so there is nothing to serve`,
    );
  }
  if (others.length > 0) {
    const names = able.map(({ name }) => name).join(', ');
    throw new CommandError(`actions: name one --environment of: ${names}`);
  }
  return environment;
}

/** What is allowed, but takes away what separate credentials are for. */
function credentialWarnings({ environments }: Config, { name, kubernetes }: Acting): string[] {
  const problem = kubeconfigProblem(kubernetes);
  const reads = environments.find((environment) => environment.name === name)?.kubernetes ?? null;
  return [
    ...(problem === null ? [] : [`environment ${name}: the kubeconfig ${problem} (actions)`]),
    ...(isSameKubeconfig(reads, kubernetes)
      ? [
          `environment ${name}: the tools that read use the credentials of the actions, so their read-only role ` +
            'holds nothing down. Give actions.kubernetes a kubeconfig or a context of its own.',
        ]
      : []),
  ];
}
