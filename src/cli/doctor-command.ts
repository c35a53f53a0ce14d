import type { Command } from 'commander';
import type { AlertmanagerClient } from '../alertmanager/client.ts';
import type { ProbeResult } from '../lib/probe.ts';
import { probeRemoteTools } from '../mcp/remote/probe.ts';
import type { PagerDutyClient } from '../pagerduty/client.ts';
import { probeRedis } from '../queue/redis.ts';
import { DirectoryInUse } from '../store/directory-lock.ts';
import { ToolError } from '../tools/tool.ts';
import { probeSystems } from '../tools/toolset.ts';
import { createAnthropic, createPagerDuty, createSlack, reconcileOf } from './compose.ts';
import { type Probe, runDoctor } from './doctor.ts';
import { withPlaces } from './doctor-places.ts';
import { connectionsOf } from './environments.ts';
import { remoteToolsOf } from './remote-tools.ts';
import { openSession, print, type Session, terminalStyle } from './session.ts';
import { openStorage } from './storage.ts';

export function defineDoctor(command: Command): void {
  command.action(async () => {
    const session = openSession(command, true);
    const code = await runDoctor({
      probes: await probesOf(session),
      write: print,
      colours: terminalStyle().colour,
      deadlineMs: session.config.limits.toolSeconds * 1000,
    });
    // Clients of a system that is down go on trying to reach it, and would keep the process.
    process.exit(code);
  });
}

async function probesOf(session: Session): Promise<Probe[]> {
  const { config } = session;
  const { redisUrl } = config.storage;
  const model = await createAnthropic(config);
  const slack = createSlack(config);
  const pagerduty = createPagerDuty(config);
  return [
    { system: 'storage', run: () => probeStorage(session) },
    ...(redisUrl === null ? [] : [{ system: 'Redis', run: () => probeRedis(redisUrl.reveal()) }]),
    ...config.environments.map((environment) => ({
      system: environment.name,
      run: (signal: AbortSignal) => probeEnvironment(environment, session, signal),
    })),
    {
      system: 'model',
      run: async (signal) => (model === null ? [notSet(NO_MODEL)] : model.probe(signal)),
    },
    { system: 'slack', run: async () => (slack === null ? [notSet(NO_SLACK)] : slack.probe()) },
    ...(reconcileOf(config)?.alertmanagers ?? []).map(probeOfAlertmanager),
    ...(pagerduty === null ? [] : [probeOfPagerDuty(pagerduty, config.pagerduty.from)]),
  ];
}

function probeOfAlertmanager(client: AlertmanagerClient): Probe {
  const system = `Alertmanager of ${client.receivers.join(', ')}`;
  return {
    system,
    async run(signal) {
      try {
        const groups = await client.look(signal);
        const detail = `groups that fire can be read (${groups.length} now)`;
        return [{ system, ok: true, detail, advice: null }];
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        const advice = 'check reconcile.alertmanager in the file';
        return [{ system, ok: false, detail: error.message, advice }];
      }
    },
  };
}

function probeOfPagerDuty(client: PagerDutyClient, from: string | null): Probe {
  return {
    system: 'PagerDuty',
    run: (signal) =>
      Promise.all([
        client.probe(signal),
        ...(from === null ? [] : [client.probeAuthor(from, signal)]),
      ]),
  };
}

/** Not configured is a supported state, said so that nobody takes silence for health. */
const NO_MODEL = { system: 'model', detail: 'not configured: reports are what was gathered' };
const NO_SLACK = { system: 'slack', detail: 'not configured: threads go to the terminal' };

function notSet(result: Pick<ProbeResult, 'system' | 'detail'>): ProbeResult {
  return { ...result, ok: true, advice: null };
}

async function probeEnvironment(
  environment: Session['config']['environments'][number],
  session: Session,
  signal: AbortSignal,
): Promise<ProbeResult[]> {
  const { name } = environment;
  const { config, redact } = session;
  const [systems, others] = await Promise.all([
    probeSystems(connectionsOf(environment, config.limits), redact, signal),
    probeOthers(name, session),
  ]);
  const results = [...withPlaces(systems, environment), ...others];
  if (results.length === 0) {
    const detail = 'no system configured: reports will say that nothing was looked at';
    const advice = 'set KUBECONFIG, PROMETHEUS_URL or LOKI_URL, or name environments in the file';
    return [{ system: `environment ${name}`, ok: true, detail, advice }];
  }
  const several = config.environments.length > 1;
  return results.map((row) => (several ? { ...row, system: `${name}: ${row.system}` } : row));
}

async function probeOthers(environment: string, session: Session): Promise<ProbeResult[]> {
  const remote = remoteToolsOf(session, environment);
  try {
    return await probeRemoteTools(remote);
  } finally {
    await remote.close();
  }
}

async function probeStorage(session: Session): Promise<ProbeResult[]> {
  const { storage } = session.config;
  const system = `storage (${storage.databaseUrl === null ? storage.dataDir : 'PostgreSQL'}${storage.redisUrl === null ? '' : ', Redis'})`;
  try {
    const opened = await openStorage(session.config, session.log);
    try {
      await Promise.all([opened.store.ping(), opened.queue.ping()]);
    } finally {
      await opened.close(0);
    }
    return [{ system, ok: true, detail: 'store and queue answer', advice: null }];
  } catch (error) {
    if (error instanceof DirectoryInUse) {
      return [{ system, ok: true, detail: 'in use by a running probable-cause', advice: null }];
    }
    const detail = error instanceof Error ? error.message : String(error);
    const advice =
      'check DATABASE_URL, REDIS_URL and DATA_DIR; a running serve holds its data directory';
    return [{ system, ok: false, detail, advice }];
  }
}
