import { z } from 'zod';
import { alignColumns } from '../table.ts';
import type { Tool } from '../tool.ts';

/** What a tool server knows of itself; it holds no address. */
export interface EnvironmentFacts {
  name: string;
  version: string;
  /** The only ones that may be read; null for all that the systems allow. */
  namespaces: readonly string[] | null;
  /** Each with its tools. Empty: the environment is not configured. */
  systems: readonly { system: string; tools: readonly string[] }[];
  /** What is configured and not there now, in words. */
  gaps: readonly string[];
  /** Time that a question without any is about, up to now. */
  defaultWindowMinutes: number;
  limits: { toolSeconds: number; toolCallsPerMinute: number; outputBytes: number };
}

/** What keeps most newcomers from their tools is that their client passes none of their variables on. */
export const NOTHING_CONFIGURED =
  'No system is configured, so there is nothing to read: set KUBECONFIG, PROMETHEUS_URL or LOKI_URL, or name a ' +
  '--config. MCP clients pass variables on only when told to (`-e NAME=value`, or "env" in their configuration).';

const Input = z.strictObject({});

const Output = z.object({
  environments: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      /** Null: all that the systems allow. */
      namespaces: z.array(z.string()).nullable(),
      systems: z.array(z.object({ system: z.string(), tools: z.array(z.string()) })),
      gaps: z.array(z.string()),
      defaultWindowMinutes: z.number(),
      limits: z.object({
        toolSeconds: z.number(),
        toolCallsPerMinute: z.number(),
        outputBytes: z.number(),
      }),
    }),
  ),
});

/** A server has one environment, and nothing that it is sent reaches another; so this is a list of one. */
export function listEnvironments(facts: EnvironmentFacts): Tool<typeof Input, typeof Output> {
  return {
    name: 'list_environments',
    title: 'List environments',
    description:
      'Says which environment this server reads: its systems with their tools, the namespaces that may be read, the limits. ' +
      'Call it when it is not clear whether this is the right cluster.',
    input: Input,
    output: Output,
    async run() {
      const { namespaces, systems, gaps } = facts;
      const environment = {
        ...facts,
        namespaces: namespaces && [...namespaces],
        systems: systems.map(({ system, tools }) => ({ system, tools: [...tools] })),
        gaps: [...gaps],
      };
      return { text: render(facts), structured: { environments: [environment] } };
    },
  };
}

function render(facts: EnvironmentFacts): string {
  const { name, version, namespaces, systems, gaps, defaultWindowMinutes, limits } = facts;
  const rows = systems.map(({ system, tools }) => [system, tools.join(', ')]);
  return [
    `${name}: the only environment of this server (probable-cause ${version}, read-only)`,
    ...(rows.length === 0 ? [NOTHING_CONFIGURED] : alignColumns([['SYSTEM', 'TOOLS'], ...rows])),
    ...gaps,
    `Namespaces: ${namespaces === null ? 'all that the systems allow' : namespaces.join(', ')}`,
    `Time: the last ${defaultWindowMinutes} minutes unless asked otherwise`,
    `Limits: ${limits.toolSeconds} s a call, ${limits.toolCallsPerMinute} calls a minute, ` +
      `${limits.outputBytes.toLocaleString('en-US')} bytes of text an output`,
  ].join('\n');
}
