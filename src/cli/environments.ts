import type { TimeWindow } from '../alert/window.ts';
import type { Environment } from '../config/environment.ts';
import type { Limits } from '../config/limits.ts';
import type { Redact } from '../evidence/redact.ts';
import { systemClock } from '../lib/clock.ts';
import type { Asker, AuditEntry, AuditLog } from '../mcp/audit.ts';
import type { CallOutput } from '../mcp/call.ts';
import { connectInMemory } from '../mcp/client.ts';
import { createGate } from '../mcp/gate.ts';
import { withCurrentTools } from '../mcp/remote/current-tools.ts';
import type { Catalogue, RemoteTools } from '../mcp/remote/remote-tools.ts';
import { publishedName } from '../mcp/remote/vetting.ts';
import { type Connectable, createToolServers } from '../mcp/server.ts';
import { listEnvironments } from '../tools/environment/list-environments.ts';
import { ALLOWED_TOOLS, OWN_TOOLS } from '../tools/policy.ts';
import type { Tool, ToolCaller } from '../tools/tool.ts';
import { type Connections, createToolset } from '../tools/toolset.ts';
import { createMetrics, type Metrics } from '../web/metrics/metrics.ts';
import { openConfiguredAuditLog } from './audit-log.ts';
import { kubernetesOf } from './kubernetes-connection.ts';
import { packageVersion } from './package-root.ts';
import { remoteToolNames, remoteToolsOf } from './remote-tools.ts';
import { revealed } from './revealed.ts';
import type { Session } from './session.ts';

/** What a person's own MCP client asks about when it names no time. */
const DEFAULT_WINDOW_MINUTES = 60;

/** After the gate's own limit, which says better what was wrong: for a tool server that hangs altogether. */
const BACKSTOP_MS = 2_000;

/** The tools of all environments of this process. An environment has one gate, whoever asks. */
export interface Environments {
  /** Makes the tool server of one client. An environment that the configuration does not name has no tools. */
  serversOf(name: string): (asker: Asker) => Connectable;
  /** The tools as an investigation has them, through a server and client of its own; the caller closes them. */
  connect(name: string, runId: string): Promise<ToolCaller>;
  /** Ends what was started for them: sessions with other MCP servers, and those that are children. Never rejects. */
  close(): Promise<void>;
}

/** @throws ConfigError when the audit log cannot be written. */
export function openEnvironments(
  session: Session,
  metrics: Pick<Metrics, 'toolCalled' | 'auditEntryLost'> = createMetrics({ process: false }),
): Environments {
  const { config, log } = session;
  const audit = openConfiguredAuditLog(session, () => metrics.auditEntryLost());
  const opened = new Map<string, OpenEnvironment>();
  const open = (name: string) => {
    const known = opened.get(name) ?? openEnvironment(session, name, audit, metrics);
    opened.set(name, known);
    return known;
  };
  // What could not be closed in time must not outlive us.
  process.once('exit', () => {
    for (const { remote } of opened.values()) remote.kill();
  });
  return {
    serversOf: (name) => open(name).serversOf,
    async connect(name, runId) {
      const { serversOf, allowed } = open(name);
      const server = serversOf({ client: 'worker', caller: `run ${runId}`, address: null });
      const timeoutMs = config.limits.toolSeconds * 1000 + BACKSTOP_MS;
      return await connectInMemory(server, { allowed, timeoutMs, log });
    },
    async close() {
      await Promise.all([...opened.values()].map(({ remote }) => remote.close()));
    },
  };
}

interface OpenEnvironment {
  serversOf: (asker: Asker) => Connectable;
  /** The names that a tool of it can have. */
  allowed: readonly string[];
  remote: RemoteTools;
}

function openEnvironment(
  session: Session,
  name: string,
  audit: AuditLog,
  metrics: Pick<Metrics, 'toolCalled'>,
): OpenEnvironment {
  const { config, log, redact } = session;
  const { limits } = config;
  const environment = config.environments.find((candidate) => candidate.name === name);
  const systems = environment === undefined ? [] : systemsOf(environment, limits, redact);
  const allowed = [...ALLOWED_TOOLS, ...remoteToolNames(environment)];
  const counted = [...OWN_TOOLS, ...remoteToolNames(environment)];
  const remote = remoteToolsOf(session, name);
  const options = {
    environment: name,
    name: `probable-cause/${name}`,
    version: packageVersion(),
    gate: createGate<CallOutput>({
      callMs: limits.toolSeconds * 1000,
      callsPerMinute: limits.toolCallsPerMinute,
      concurrentCalls: limits.concurrentToolCallsPerEnvironment,
    }),
    record(entry: AuditEntry) {
      audit.record(entry);
      const { outcome, bytes, ms } = entry;
      const tool = counted.includes(entry.tool) ? entry.tool : 'unknown';
      metrics.toolCalled({ environment: name, tool, outcome, bytes, seconds: ms / 1000 });
    },
    redact,
    defaultWindow,
    outputBytes: limits.outputBytes,
    clock: systemClock,
    log,
  };
  const serversOf = withCurrentTools(remote, (catalogue) =>
    createToolServers({
      ...options,
      withheld: catalogue.withheld,
      tools: environment === undefined ? [] : toolsOf(environment, limits, systems, catalogue),
    }),
  );
  return { serversOf, allowed, remote };
}

function toolsOf(
  { name, namespaces, mcp }: Environment,
  { toolSeconds, toolCallsPerMinute, outputBytes }: Limits,
  systems: readonly SystemTools[],
  { tools: remote, gaps }: Catalogue,
): Tool[] {
  const others = mcp.map(({ name: server }) => ({
    system: server,
    tools: remote.filter((tool) => tool.name.startsWith(publishedName(server, ''))),
  }));
  const all = [...systems, ...others].filter(({ tools }) => tools.length > 0);
  const facts = {
    name,
    version: packageVersion(),
    namespaces,
    systems: all.map(({ system, tools }) => ({ system, tools: tools.map((tool) => tool.name) })),
    gaps,
    defaultWindowMinutes: DEFAULT_WINDOW_MINUTES,
    limits: { toolSeconds, toolCallsPerMinute, outputBytes },
  };
  return [listEnvironments(facts), ...all.flatMap(({ tools }) => tools)];
}

interface SystemTools {
  system: string;
  tools: Tool[];
}

/** Each system that the environment has, with its tools. */
function systemsOf(environment: Environment, limits: Limits, redact: Redact): SystemTools[] {
  const { kubernetes, prometheus, loki } = connectionsOf(environment, limits);
  return [
    { system: 'Kubernetes', tools: createToolset({ kubernetes }, redact) },
    { system: 'Prometheus', tools: createToolset({ prometheus }, redact) },
    { system: 'Loki', tools: createToolset({ loki }, redact) },
  ];
}

/** How to reach the systems of an environment. The only place where their secrets are taken out. */
export function connectionsOf(
  { kubernetes, prometheus, loki, ...environment }: Environment,
  { toolSeconds }: { toolSeconds: number },
): Connections {
  const timeoutMs = toolSeconds * 1000;
  const namespaces = environment.namespaces ?? undefined;
  return {
    kubernetes:
      kubernetes === null ? undefined : { ...kubernetesOf(kubernetes), namespaces, timeoutMs },
    prometheus:
      prometheus === null
        ? undefined
        : {
            url: prometheus.url,
            headers: revealed(prometheus.headers),
            namespaces,
            namespaceLabel: prometheus.namespaceLabel,
            timeoutMs,
          },
    loki:
      loki === null
        ? undefined
        : {
            url: loki.url,
            tenant: loki.tenant ?? undefined,
            headers: revealed(loki.headers),
            namespaces,
            namespaceLabel: loki.namespaceLabel,
            timeoutMs,
          },
  };
}

function defaultWindow(): TimeWindow {
  const now = systemClock.now();
  return {
    from: new Date(now.getTime() - DEFAULT_WINDOW_MINUTES * 60_000).toISOString(),
    to: now.toISOString(),
  };
}
