import type { Tool as McpTool } from '@modelcontextprotocol/sdk/types.js';
import { OWN_TOOLS, whyItMayWrite } from '../../tools/policy.ts';
import { definitionOf, fingerprintOf, type ToolDefinition } from './definition.ts';
import { changedParts } from './definition-diff.ts';
import { isIntact, type Pin, pinOf } from './pins.ts';
import { type Publication, publicationOf } from './publication.ts';

/** Whether a tool that the configuration allows may exist, and why not. */
type Verdict =
  | { state: 'accepted'; definition: ToolDefinition; publication: Publication }
  /** Waits for a person who reads and accepts it. */
  | { state: 'new'; definition: ToolDefinition }
  /** It, or what the file says was accepted. */
  | { state: 'changed'; definition: ToolDefinition; pin: Pin }
  /** Cannot be accepted. */
  | { state: 'refused'; reason: string }
  | { state: 'missing' };

export interface VettedTool {
  tool: string;
  verdict: Verdict;
}

export interface VettingRules {
  environment: string;
  server: string;
  /** The tools of the server that its operator wants. */
  allow: readonly string[];
  pins: readonly Pin[];
}

/** Under this name a tool of another server is offered. */
export function publishedName(server: string, tool: string): string {
  return `${server}_${tool}`;
}

/** A verdict for each allowed tool; what is not allowed is not even looked at. */
export function vet(listed: readonly McpTool[], rules: VettingRules): VettedTool[] {
  return [...new Set(rules.allow)].map((tool) => ({
    tool,
    verdict: verdictOn(
      tool,
      listed.filter(({ name }) => name === tool),
      rules,
    ),
  }));
}

/** The checks in order: the first that has something to say decides. */
function verdictOn(tool: string, listed: readonly McpTool[], rules: VettingRules): Verdict {
  const [found, another] = listed;
  if (found === undefined) return { state: 'missing' };
  const definition = definitionOf(found);
  const publication = publicationOf(definition);
  const twice = another === undefined ? null : 'its server lists it more than once';
  const reason = twice ?? whyRefused(found, rules);
  if (reason !== null) return { state: 'refused', reason };
  if (publication.problem !== null) return { state: 'refused', reason: publication.problem };
  const { environment, server, pins } = rules;
  const pin = pinOf(pins, { environment, server, tool });
  if (pin === null) return { state: 'new', definition };
  if (pin.sha256 !== fingerprintOf(definition) || !isIntact(pin)) {
    return { state: 'changed', definition, pin };
  }
  return { state: 'accepted', definition, publication };
}

function whyRefused(tool: McpTool, { server }: VettingRules): string | null {
  if (OWN_TOOLS.includes(publishedName(server, tool.name))) {
    return 'a tool of this program has that name: rename the server';
  }
  if (tool.execution?.taskSupport === 'required') return 'it works as a task only';
  return whyItMayWrite(tool);
}

const HOW = 'with "probable-cause mcp pin"';

/** Why a tool does not exist for the model, and what to do about it; null when it exists. */
export function quarantineReason({ verdict }: VettedTool): string | null {
  switch (verdict.state) {
    case 'accepted':
      return null;
    case 'new':
      return `nobody has accepted it yet: read it and accept it ${HOW}`;
    case 'changed': {
      if (!isIntact(verdict.pin)) {
        return `its entry in mcp-pins.json was edited and is not what was accepted: compare and accept it ${HOW}`;
      }
      const parts = changedParts(verdict.pin, verdict.definition).join(' and ');
      return `its ${parts} changed since ${verdict.pin.acceptedAt.slice(0, 10)}: compare and accept it ${HOW}`;
    }
    case 'refused':
      return verdict.reason;
    case 'missing':
      return 'its server has no such tool';
  }
}
