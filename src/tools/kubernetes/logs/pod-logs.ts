import { z } from 'zod';
import type { TimeWindow } from '../../../alert/window.ts';
import { resolveRange, toSecond } from '../../time-range.ts';
import type { Tool } from '../../tool.ts';
import { Namespace, ObjectName } from '../arguments.ts';
import type { KubernetesClient } from '../client.ts';
import { KubernetesFailure } from '../failure.ts';
import { getNamed } from '../named-object.ts';
import { Pod } from '../objects/pod.ts';
import { type ContainerSummary, summarisePod } from '../pod-status.ts';
import { joined, oneLine } from '../wording.ts';
import { foldRepeats, LogRun } from './log-lines.ts';
import { lineTest } from './pattern.ts';
import { listContainers, type Picked, pickContainer } from './pick-container.ts';
import { type LogWindow, readLogWindow } from './read-window.ts';
import { renderLog } from './render-logs.ts';

/** Lines that are looked through for what `grep` asks for. */
const SEARCHED_LINES = 20_000;

const Input = z.strictObject({
  namespace: Namespace,
  pod: ObjectName.describe('The pod.'),
  container: z
    .string()
    .max(63)
    .optional()
    .describe('Left out, the one that failed, or else the first.'),
  previous: z
    .boolean()
    .default(false)
    .describe('Of the instance before the last restart: why it crashed.'),
  since: z
    .string()
    .max(100)
    .optional()
    .describe(
      'Such as "10m", back from the end of the window, or FROM/TO. The default is the window.',
    ),
  tail: z.int().min(1).max(2_000).default(200).describe('The last lines, after grep.'),
  grep: z
    .string()
    .min(1)
    .max(202)
    .optional()
    .describe('Only lines with this text, or with "/…/" that match this regular expression.'),
});
type Input = z.output<typeof Input>;

const Output = z.object({
  namespace: z.string(),
  pod: z.string(),
  container: z.string(),
  /** Of the pod, all. */
  containers: z.array(z.string()),
  previous: z.boolean(),
  /** Null is the beginning of the log. */
  from: z.string().nullable(),
  to: z.string(),
  /** In the order of time. */
  lines: z.array(LogRun),
  /** Which container was taken and why, and what is not there. */
  notes: z.array(z.string()),
});

export function podLogs(client: KubernetesClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'kubectl_logs',
    title: 'Read the log of a container',
    description:
      'The log of one container within the window: the newest lines, with routine ones summed up. Use previous ' +
      'for a container that restarted, and grep to look through much. For logs of pods that are gone or of many ' +
      'pods, use search_logs.',
    input: Input,
    output: Output,
    async run(args, { window, signal }) {
      const matches = args.grep === undefined ? null : lineTest(args.grep);
      const range = rangeOf(args, window);
      const at = { namespace: args.namespace, name: args.pod };
      const pod = await getNamed(client, 'pods', at, Pod, signal);
      const { containers } = summarisePod(pod, window);
      const preferred = pod.metadata.annotations['kubectl.kubernetes.io/default-container'];
      const picked = pickContainer(containers, args.container, preferred);
      const { name: container } = picked.container;
      const wanted = matches ? SEARCHED_LINES : args.tail;
      const found = await readContainerLog(client, args, range, picked.container, wanted, signal);
      const matching = found.lines.filter(({ text }) => matches === null || matches(text));
      const lines = matching.slice(-args.tail);
      const notes = [
        ...choiceNotes(picked, containers),
        ...(matching.length > lines.length
          ? [`${matching.length - lines.length} earlier lines match too: raise tail to see them.`]
          : []),
        ...windowNotes(found, matches !== null),
        ...(found.lines.length === 0 ? emptyNotes(found, picked.container, args.previous) : []),
      ];
      const structured = {
        namespace: args.namespace,
        pod: args.pod,
        container,
        containers: containers.map(({ name }) => name),
        previous: args.previous,
        ...range,
        lines: foldRepeats(lines),
        notes,
      };
      return { text: renderLog(structured, lines.length, args.grep), structured };
    },
  };
}

/** Of the instance before, all is wanted by default: it may have ended before the window. */
function rangeOf(
  { since, previous }: Input,
  window: TimeWindow,
): { from: string | null; to: string } {
  const range = resolveRange('since', since, window);
  return previous && since === undefined ? { ...range, from: null } : range;
}

interface FoundLog extends LogWindow {
  /** Why there is no log at all. */
  absence: string | null;
}

async function readContainerLog(
  client: KubernetesClient,
  { namespace, pod: name, previous }: Input,
  { from, to }: { from: string | null; to: string },
  container: ContainerSummary,
  wanted: number,
  signal: AbortSignal,
): Promise<FoundLog> {
  const query = { container: container.name, previous };
  const span = { from: from === null ? null : Date.parse(from), to: Date.parse(to) };
  try {
    const log = await readLogWindow(
      (part) => client.log({ namespace, name }, { ...query, ...part }, signal),
      span,
      wanted,
    );
    return { ...log, absence: null };
  } catch (error) {
    const absence = explainAbsence(error, container, previous);
    if (absence === null) throw error;
    return { lines: [], earlier: false, later: false, absence };
  }
}

/** The API refuses (400) the log of a container that has none: for a reader that is an answer. */
function explainAbsence(
  error: unknown,
  { name, state, reason, message, restarts }: ContainerSummary,
  previous: boolean,
): string | null {
  if (!(error instanceof KubernetesFailure) || error.status !== 400) return null;
  if (previous) {
    return `Container ${name} has no instance before this one (${restarts} restarts), or its log is gone.`;
  }
  const said = oneLine(joined([reason, message], ': '));
  return state === 'running' ? null : `Container ${name} has not started: ${said || state}.`;
}

function choiceNotes(
  { container, why }: Picked,
  containers: readonly ContainerSummary[],
): string[] {
  const others = containers.filter((it) => it !== container);
  if (why === null || others.length === 0) return [];
  return [
    `Of its containers this one was taken because ${why}; there are also ${listContainers(others)}.`,
  ];
}

function windowNotes({ lines, earlier, later }: LogWindow, searched: boolean): string[] {
  const first = lines[0]?.at;
  return [
    ...(earlier && searched && first
      ? [`Lines before ${toSecond(first)} were not searched: narrow since.`]
      : []),
    ...(earlier && !searched ? ['There are earlier lines: raise tail, or use grep or since.'] : []),
    ...(later
      ? ['The newest lines of this time could not be reached, so much was written: narrow since.']
      : []),
  ];
}

function emptyNotes(
  { absence }: FoundLog,
  { restarts }: ContainerSummary,
  previous: boolean,
): string[] {
  if (absence !== null) return [absence];
  if (restarts > 0 && !previous) {
    return [`It restarted ${restarts} times: previous has what it wrote before the last one.`];
  }
  return ['It wrote nothing in this time.'];
}
