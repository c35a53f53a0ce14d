/** What an investigation tells while it runs, for the thread and the terminal. */
export type InvestigationEvent =
  | { kind: 'gathering'; calls: number }
  | { kind: 'gathered'; evidence: number; failed: number; unhealthy: string[] }
  | { kind: 'asking'; turn: number }
  | { kind: 'calling'; tools: string[] }
  | { kind: 'limit'; limit: string; detail: string }
  | { kind: 'concluding' }
  | { kind: 'repairing'; faults: number };

/** One short line, fit for a thread. It holds names of tools and pods, never their output. */
export function describeEvent(event: InvestigationEvent): string {
  switch (event.kind) {
    case 'gathering':
      return `Gathering evidence (${event.calls} reads)`;
    case 'gathered':
      return `Gathered ${count(event.evidence, 'output')}${event.failed > 0 ? `, ${event.failed} failed` : ''}${unhealthy(event.unhealthy)}`;
    case 'asking':
      return `Thinking (turn ${event.turn})`;
    case 'calling':
      return `Looking at ${event.tools.join(', ')}`;
    case 'limit':
      return `Stopping early: limit on ${event.limit} (${event.detail})`;
    case 'concluding':
      return 'Writing the conclusion';
    case 'repairing':
      return `Correcting the conclusion (${count(event.faults, 'fault')})`;
  }
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function unhealthy(pods: string[]): string {
  if (pods.length === 0) return '';
  const more = pods.length > 3 ? ` and ${pods.length - 3} more` : '';
  return `; unhealthy: ${pods.slice(0, 3).join(', ')}${more}`;
}
