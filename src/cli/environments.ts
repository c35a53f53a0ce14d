import type { TimeWindow } from '../alert/window.ts';
import type { Environment, KubernetesAccess } from '../config/environment.ts';
import type { Secret } from '../config/secret.ts';
import { systemClock } from '../lib/clock.ts';
import { connectInMemory } from '../mcp/client.ts';
import { createToolServer } from '../mcp/server.ts';
import type { KubernetesConnection } from '../tools/kubernetes/connection.ts';
import type { ToolCaller } from '../tools/tool.ts';
import { type Connections, createToolset } from '../tools/toolset.ts';
import { packageVersion } from './package-root.ts';
import type { Session } from './session.ts';

/** What a person's own MCP client asks about when it names no time. */
const DEFAULT_WINDOW_MS = 60 * 60 * 1000;

/** The tools of an environment, through a tool server and client of their own; the caller closes them. */
export function connectTools(session: Session, environment: string): Promise<ToolCaller> {
  const { limits } = session.config;
  return connectInMemory(toolServerOf(session, environment), {
    timeoutMs: limits.toolSeconds * 1000,
    log: session.log,
  });
}

/** An environment that the configuration does not name has no tools, and its reports say so. */
export function toolServerOf({ config, log, redact }: Session, name: string) {
  const environment = config.environments.find((candidate) => candidate.name === name);
  return createToolServer({
    tools: createToolset(
      environment === undefined ? {} : connectionsOf(environment, config.limits),
    ),
    name: `probable-cause/${name}`,
    version: packageVersion(),
    redact,
    defaultWindow: lastHour,
    log,
  });
}

/** How to reach the systems of an environment. The only place where their secrets are taken out. */
export function connectionsOf(
  { kubernetes, prometheus, loki }: Environment,
  { toolSeconds }: { toolSeconds: number },
): Connections {
  const timeoutMs = toolSeconds * 1000;
  return {
    kubernetes: kubernetes === null ? undefined : { ...kubernetesOf(kubernetes), timeoutMs },
    prometheus:
      prometheus === null
        ? undefined
        : { url: prometheus.url, headers: revealed(prometheus.headers), timeoutMs },
    loki:
      loki === null
        ? undefined
        : {
            url: loki.url,
            tenant: loki.tenant ?? undefined,
            headers: revealed(loki.headers),
            timeoutMs,
          },
  };
}

function kubernetesOf(access: KubernetesAccess): KubernetesConnection {
  const namespaces = access.namespaces ?? undefined;
  switch (access.kind) {
    case 'in-cluster':
      return { inCluster: true, namespaces };
    case 'token':
      return {
        url: access.url,
        tokenFile: access.tokenFile,
        caFile: access.caFile ?? undefined,
        namespaces,
      };
    case 'kubeconfig':
      return { kubeconfig: access.kubeconfig, context: access.context ?? undefined, namespaces };
  }
}

function revealed(headers: Record<string, Secret>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()]));
}

function lastHour(): TimeWindow {
  const now = systemClock.now();
  return {
    from: new Date(now.getTime() - DEFAULT_WINDOW_MS).toISOString(),
    to: now.toISOString(),
  };
}
