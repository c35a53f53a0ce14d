import type { ServerReview } from './remote-tools.ts';
import { publishedName, quarantineReason, type VettedTool } from './vetting.ts';

export interface Withheld {
  name: string;
  /** As it completes "it is not offered: …". */
  reason: string;
}

/** The allowed tools of a server that do not exist, each with its reason. */
export function withheldOf({ server, tools }: ServerReview): Withheld[] {
  return tools.flatMap((vetted) => {
    const reason = quarantineReason(vetted);
    return reason === null ? [] : [{ name: publishedName(server, vetted.tool), reason }];
  });
}

/** A tool that is not there would else be taken for one that nobody configured. */
export function gapsOf({ server, problem, tools }: ServerReview): string[] {
  if (problem !== null) return [`The tools of ${server} are missing. ${problem}`];
  const count = (...states: VettedTool['verdict']['state'][]) =>
    tools.filter(({ verdict }) => states.includes(verdict.state)).length;
  const waiting = count('new', 'changed');
  const refused = count('refused', 'missing');
  return [
    ...(waiting === 0
      ? []
      : [
          `${toolCount(waiting)} of ${server} until a person accepts them: run "probable-cause mcp pin".`,
        ]),
    ...(refused === 0
      ? []
      : [`${toolCount(refused)} of ${server}: "probable-cause mcp pin" says why.`]),
  ];
}

function toolCount(count: number): string {
  return `Not offered: ${count} allowed ${count === 1 ? 'tool' : 'tools'}`;
}
