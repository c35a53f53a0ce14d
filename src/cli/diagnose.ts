import type { Command } from 'commander';
import { byId } from '../evidence/evidence.ts';
import { evidenceLineOf } from '../incident/notice.ts';
import type { EvidenceLine } from '../incident/view.ts';
import { investigate } from '../investigation/investigate.ts';
import { asInvestigation, type Question } from '../investigation/question.ts';
import { systemClock } from '../lib/clock.ts';
import { createLogger } from '../lib/log.ts';
import { renderThread } from '../notify/terminal/render.ts';
import type { Report } from '../report/report.ts';
import { CommandError } from './command-error.ts';
import { investigationSettings } from './compose.ts';
import { openEnvironments } from './environments.ts';
import { endOfSession, openSession, print, type Session, terminalStyle } from './session.ts';

interface DiagnoseOptions {
  namespace?: string;
  workload?: string;
  at?: string;
  environment?: string;
  json?: boolean;
}

export function defineDiagnose(command: Command): void {
  command
    .option('-n, --namespace <name>', 'which namespace (default: "default")')
    .option('-w, --workload <name>', 'what to explain: a workload, a Service or a pod')
    .option('--at <time>', 'the time to explain, RFC 3339 (default: now)')
    .option('--environment <name>', 'which environment (default: the only one)')
    .option('--json', 'print the report as JSON')
    .action((options: DiagnoseOptions) =>
      diagnoseNow(quietly(openSession(command, false)), options),
    );
}

/** Somebody sits before it: each call of a tool is no news, as it is in the log of a service. */
function quietly(session: Session): Session {
  if (session.config.logLevel !== 'info') return session;
  return { ...session, log: createLogger('warn') };
}

async function diagnoseNow(session: Session, options: DiagnoseOptions): Promise<void> {
  const question = questionOf(session, options);
  const environments = openEnvironments(session);
  const tools = await environments.connect(question.environment, 'diagnose');
  const asked = asInvestigation(question);
  const evidence: EvidenceLine[] = [];
  try {
    const report = await investigate(asked, {
      tools,
      model: null,
      settings: investigationSettings(session.config),
      recorded: { evidence: [], turns: [] },
      steps: {
        addEvidence: async (item) => void evidence.push(evidenceLineOf(item)),
        addTurn: async () => {},
      },
      clock: systemClock,
      emit: async () => {},
      signal: endOfSession(),
    });
    print(options.json ? `${JSON.stringify(report, null, 2)}\n` : text(report, asked, evidence));
  } finally {
    await tools.close();
    await environments.close();
  }
}

/** @throws CommandError for what is not a question. */
function questionOf({ config }: Session, options: DiagnoseOptions): Question {
  const { namespace = 'default', workload = null, at } = options;
  if (at !== undefined && Number.isNaN(Date.parse(at))) {
    throw new CommandError(
      `diagnose: --at ${at} is no time; give one such as 2026-11-21T03:12:00Z`,
    );
  }
  const names = config.environments.map(({ name }) => name);
  const [only] = names;
  const environment = options.environment ?? (names.length === 1 ? only : undefined);
  if (environment === undefined || !names.includes(environment)) {
    const wrong =
      options.environment === undefined ? 'say which' : `there is no ${options.environment}`;
    throw new CommandError(
      `diagnose: --environment: ${wrong}; there are ${names.join(', ') || 'none'}`,
    );
  }
  const time = at === undefined ? systemClock.now() : new Date(at);
  return { environment, namespace, workload, at: time.toISOString() };
}

function text(
  report: Report,
  { incident, runId }: ReturnType<typeof asInvestigation>,
  evidence: EvidenceLine[],
): string {
  const view = {
    incident,
    runId,
    state: 'concluded' as const,
    progress: [],
    notices: [],
    evidence: evidence.toSorted(byId),
    report,
    leader: null,
    members: [],
    truncatedAlerts: 0,
    disclaimer: null,
  };
  return renderThread(view, terminalStyle());
}
