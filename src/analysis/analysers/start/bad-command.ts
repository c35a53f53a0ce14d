import type { Citation } from '../../../report/report.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { isSame, nameOf } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';
import { ownLines, type Stuck, stuckContainers } from './stuck.ts';

/** As runc, crun and Docker say that there is nothing to run. */
const NOT_RUN =
  /executable file not found in \$PATH|executable file `[^`]+` not found|exec: "[^"]*": (?:stat \S+: no such file or directory|permission denied|is a directory)|stat \S+: no such file or directory: unknown|exec format error|no command specified|starting container process caused: exec|exec \S+: no such file or directory|fork\/exec \S+: (?:no such file|permission denied|exec format error)|cannot execute binary file/i;

/** What a shell or an interpreter writes of a program or a script that is not there. */
const SAID_BY_PROGRAM: readonly RegExp[] = [
  /(?:^|\s)(?:\/\S*\/)?(?:ba|da|a|z)?sh: (?:\d+: |line \d+: )?[^:]{1,200}: (?:command )?not found/,
  /exec \S+: (?:no such file or directory|exec format error|permission denied)/,
  /Unable to access jarfile/,
  /Could not find or load main class/,
  /can't open file '[^']+': \[Errno 2\]/,
  /No module named '?[\w.]+'?; '?[\w.]+'? is a package and cannot be directly executed|No module named __main__/,
  /env: (?:can't execute )?['‘]?[\w.\-/ ]+['’]?: No such file or directory/,
  /OCI runtime (?:create|exec) failed/,
];
/** Node says so of its own script and of a dependency that was not installed. */
const NODE_SCRIPT = /Cannot find module '(\/[^']+)'/;

/** Commands and entry points that cannot be run. */
export const badCommand: Analyser = {
  looksFor: 'commands and entry points that cannot be run',
  analyse: (situation) => stuckContainers(situation).flatMap((stuck) => finding(stuck, situation)),
};

interface Proof {
  said: string;
  citations: Citation[];
  score: number;
}

function finding(stuck: Stuck, situation: Situation): Finding[] {
  const proof =
    ofRuntime(stuck, situation) ?? ofLog(stuck, situation) ?? ofExitCode(stuck, situation);
  if (proof === null) return [];
  const { owner, container, since } = stuck;
  const flat = proof.said.replace(/\s+/g, ' ').trim();
  return [
    {
      failureMode: 'bad-command',
      object: owner,
      severity: 'critical',
      statement: `Container ${container.name} of ${nameOf(owner)} cannot be started: ${flat.slice(0, 220)}`,
      why: 'What it is told to run is not in its image, or cannot be run there.',
      citations: [
        ...proof.citations,
        ...situation.quotes.object(owner, /^\s+command\s/).slice(0, 1),
      ],
      score: proof.score,
      explains: [],
      since,
    },
  ];
}

function ofRuntime(stuck: Stuck, situation: Situation): Proof | null {
  const said = stuck.messages.find((message) => NOT_RUN.test(message));
  if (said === undefined) return null;
  const cause = NOT_RUN.exec(said)?.[0] ?? '';
  const at = said.search(/exec: "|exec \S+:/);
  return {
    said: at >= 0 ? said.slice(at) : cause,
    citations: ownLines(stuck, situation),
    score: 0.96,
  };
}

/** What it wrote last, where it has ended with a code that goes with it. */
function ofLog(stuck: Stuck, situation: Situation): Proof | null {
  const { owner, container, exitCode } = stuck;
  if (exitCode === null || exitCode === 0) return null;
  const lines = situation.logs.entries.filter(
    (entry) =>
      entry.workload !== null &&
      isSame(entry.workload, owner) &&
      (entry.container === '' || entry.container === container.name),
  );
  const overridden = container.command.length > 0;
  const line = lines.findLast(
    ({ text }) =>
      SAID_BY_PROGRAM.some((words) => words.test(text)) || (overridden && NODE_SCRIPT.test(text)),
  );
  if (line === undefined) return null;
  return {
    said: line.text,
    citations: [...situation.quotes.log(line), ...ownLines(stuck, situation)],
    score: exitCode === 127 || exitCode === 126 ? 0.95 : 0.88,
  };
}

/** 127 is a shell's for what it does not find, 126 for what it may not run, 128 a runtime's for what did not start. */
function ofExitCode(stuck: Stuck, situation: Situation): Proof | null {
  const { exitCode, reason, status } = stuck;
  const ended = status.state.terminated ?? status.lastState.terminated;
  const startFailed = /^(?:StartError|ContainerCannotRun)$/.test(ended?.reason ?? reason);
  // What a start fails of beside the command is told by its message.
  if (
    startFailed &&
    stuck.messages.some((it) => /mount|runc create failed: unable to start.*caps/i.test(it))
  ) {
    return null;
  }
  if (exitCode !== 127 && exitCode !== 126 && !(exitCode === 128 && startFailed)) return null;
  return {
    said: `it ends with exit code ${exitCode}, as what is not found or may not be run does.`,
    citations: ownLines(stuck, situation),
    score: exitCode === 127 ? 0.85 : 0.7,
  };
}
