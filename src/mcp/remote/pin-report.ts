import { stripInvisible } from '../../lib/escape.ts';
import { definitionLines, diffLines } from './definition-diff.ts';
import { isIntact } from './pins.ts';
import type { ServerReview } from './remote-tools.ts';
import type { VettedTool } from './vetting.ts';

/** What a person reads before accepting: every allowed tool of a server, and all of what is new or changed. */
export function reviewReport(
  environment: string,
  { server, problem, tools }: ServerReview,
): string {
  const lines = problem === null ? tools.flatMap(toolLines) : [problem];
  const report = [
    `${server} (environment ${environment})`,
    ...lines.map((line) => `  ${line}`),
    '',
  ];
  return stripInvisible(report.join('\n'));
}

function toolLines({ tool, verdict }: VettedTool): string[] {
  const indented = (lines: string[]) => lines.map((line) => `  ${line}`);
  switch (verdict.state) {
    case 'accepted':
      return [`${tool}: same`];
    case 'new':
      return [`${tool}: new`, ...indented(definitionLines(verdict.definition))];
    case 'changed': {
      const { pin, definition } = verdict;
      const since = pin.acceptedAt.slice(0, 10);
      const how = isIntact(pin)
        ? `changed since ${since}`
        : 'its entry in mcp-pins.json was edited';
      return [`${tool}: ${how}`, ...indented(diffLines(pin, definition))];
    }
    case 'refused':
      return [`${tool}: refused, ${verdict.reason}`];
    case 'missing':
      return [`${tool}: its server has no such tool`];
  }
}
