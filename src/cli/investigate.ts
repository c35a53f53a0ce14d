import type { Command } from 'commander';
import { z } from 'zod';
import type { HttpConfig } from '../config/config.ts';
import { isWildcardHost } from '../lib/loopback.ts';
import { CommandError } from './command-error.ts';
import { openSession, print, type Session } from './session.ts';

export function defineInvestigate(command: Command): void {
  command
    .argument('<incident>', 'its id, as its thread and "replay list" show it')
    .option('--url <url>', 'where the API is (default: HOST and PORT of the configuration)')
    .action((id: string, options: InvestigateOptions, command: Command) =>
      investigate(openSession(command, false), id, options),
    );
}

interface InvestigateOptions {
  url?: string;
}

/** The server takes 2 s for its queue at most, and little for the rest. */
const DEADLINE_MS = 15_000;

const Accepted = z.object({
  outcome: z.enum(['asked', 'under-way']),
  runId: z.string(),
  withoutModel: z.string().nullable(),
});
type Accepted = z.infer<typeof Accepted>;

const Refused = z.object({ message: z.string() });

async function investigate(
  { config }: Session,
  id: string,
  { url }: InvestigateOptions,
): Promise<void> {
  const base = baseOf(url, config.http);
  const { status, body } = await post(
    `${base}/api/incidents/${encodeURIComponent(id)}/investigations`,
    config.http,
  );
  const accepted = Accepted.safeParse(body);
  if (accepted.success) return print(words(id, accepted.data));
  const refused = Refused.safeParse(body);
  const said = refused.success ? refused.data.message : 'this is no answer of probable-cause.';
  const hint =
    status === 404 ? ' "replay list" names the incidents; serve and worker have the API.' : '';
  throw new CommandError(`investigate: ${base} answered ${status}: ${said}${hint}`);
}

function baseOf(url: string | undefined, { host, port }: HttpConfig): string {
  if (url !== undefined) {
    const { protocol, origin, pathname } = URL.parse(url) ?? {};
    if ((protocol === 'http:' || protocol === 'https:') && pathname !== undefined) {
      return `${origin}${pathname.replace(/\/$/, '')}`;
    }
    throw new CommandError(
      `investigate: --url takes where the API is, such as http://127.0.0.1:8081, not ${JSON.stringify(url)}`,
    );
  }
  if (port === 0) {
    throw new CommandError(
      'investigate: PORT is 0, so nobody knows which was taken: name it with --url, as the log of serve does',
    );
  }
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const name = isWildcardHost(bare) ? '127.0.0.1' : bare;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

async function post(
  url: string,
  { apiToken }: HttpConfig,
): Promise<{ status: number; body: unknown }> {
  const headers: Record<string, string> = {};
  if (apiToken !== null) headers.Authorization = `Bearer ${apiToken.reveal()}`;
  try {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    // The token is for this place alone: a redirect is an answer like any other, and not followed.
    const response = await fetch(url, { method: 'POST', headers, redirect: 'manual', signal });
    return { status: response.status, body: jsonOf(await response.text()) };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(
      `investigate: nothing answers at ${new URL(url).origin} (${reason}). It is asked of a running serve or worker: start one, or name it with --url.`,
    );
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function words(id: string, { outcome, runId, withoutModel }: Accepted): string {
  const done =
    outcome === 'asked'
      ? `Asked for: ${runId}.`
      : `Nothing was added: ${runId} waits or runs already.`;
  const model =
    withoutModel === null
      ? ''
      : `As things stand no model takes part (${withoutModel}): it will report what was gathered.\n`;
  return `${done} Its thread shows how far it has come, and so does "probable-cause replay show ${id}".\n${model}`;
}
