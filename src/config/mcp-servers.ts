import { z } from 'zod';
import { envVars, headers, httpUrl, section } from './fields.ts';
import type { Secret } from './secret.ts';

/** Another MCP server, of whose tools those in `allow` may be offered. */
export type McpServerAccess = (
  | { kind: 'command'; command: string[]; env: Record<string, Secret> }
  | { kind: 'url'; url: string; headers: Record<string, Secret> }
) & {
  name: string;
  allow: string[];
};

const forms = 'exactly one of command (with env, if wanted) or url (with headers, if wanted)';
const commandLine = 'a list: the program, then each of its arguments (no shell reads it)';

/** No `_` in it: the first one of `<name>_<tool>` then tells where the server's name ends. */
const serverName = 'a name of at most 32 lower-case letters, digits and "-"';

/** What every model API takes as part of a tool's name. */
const toolName = 'the name of a tool: at most 64 letters, digits, "_" and "-"';

const McpServerSection = section({
  name: z.string(serverName).regex(/^[a-z0-9][a-z0-9-]{0,31}$/, serverName),
  command: z.array(z.string(commandLine), commandLine).min(1, commandLine).optional(),
  env: envVars().optional(),
  url: httpUrl().optional(),
  headers: headers().optional(),
  allow: z
    .array(z.string(toolName).regex(/^[A-Za-z0-9_-]{1,64}$/, toolName), 'a list of tools')
    .min(1, 'a list of tools; a server of which none is allowed is of no use'),
}).transform(({ name, allow, ...given }, context): McpServerAccess => {
  const { command, env, url, headers } = given;
  if (command !== undefined && url === undefined && headers === undefined) {
    return { kind: 'command', name, command, env: env ?? {}, allow };
  }
  if (url !== undefined && command === undefined && env === undefined) {
    return { kind: 'url', name, url, headers: headers ?? {}, allow };
  }
  context.addIssue({ code: 'custom', message: forms });
  return z.NEVER;
});

/** The `mcp` section of an environment. */
export const McpServerList = z
  .array(McpServerSection, 'a list of MCP servers')
  .superRefine((servers, context) => {
    for (const [index, { name }] of servers.entries()) {
      if (servers.findIndex((other) => other.name === name) === index) continue;
      const message = 'a name that no other MCP server of the environment has';
      context.addIssue({ code: 'custom', path: [index, 'name'], message });
    }
  });
