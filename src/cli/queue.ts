import { type Command, Option } from 'commander';
import { systemClock } from '../lib/clock.ts';
import { type JobKind, jobKinds } from '../queue/jobs.ts';
import type { Queue } from '../queue/queue.ts';
import { CommandError } from './command-error.ts';
import { confirmed } from './confirm.ts';
import {
  type AnyDeadLetter,
  aboutWords,
  listWords,
  named,
  nameOf,
  outlineOf,
  redactLetter,
  showWords,
  type Titles,
} from './dead-letters.ts';
import { openSession, print, type Session } from './session.ts';
import { openStorageBeside, type Storage } from './storage.ts';

export function defineQueue(queue: Command): void {
  queue
    .command('list')
    .description('What failed for good, the last first.')
    .addOption(kindOption())
    .option('--limit <n>', 'how many of each kind', Number, 50)
    .option('--json', 'print them as JSON, payloads included')
    .action((options: ListOptions, command: Command) => list(openSession(command, false), options));
  queue
    .command('show <id>')
    .description('One of them with all it holds; secrets are redacted.')
    .option('--json', 'print it as JSON')
    .action((id: string, options: { json?: true }, command: Command) =>
      show(openSession(command, false), id, options),
    );
  queue
    .command('retry [id]')
    .description('Lets it run again, with all its tries.')
    .option('--all', 'every one of them')
    .addOption(kindOption())
    .action((id: string | undefined, options: RetryOptions, command: Command) =>
      retry(openSession(command, false), id, options),
    );
  queue
    .command('drop <id>')
    .description('Forgets it for good.')
    .option('--yes', 'without asking')
    .action((id: string, options: { yes?: true }, command: Command) =>
      drop(openSession(command, false), id, options),
    );
}

interface ListOptions {
  kind?: JobKind;
  limit: number;
  json?: true;
}

interface RetryOptions {
  kind?: JobKind;
  all?: true;
}

function kindOption(): Option {
  return new Option('--kind <kind>', 'only these').choices(jobKinds);
}

/** So many of each kind are looked through for an id; `retry --all` takes as many at a time. */
const MANY = 1_000;

async function list(session: Session, { kind, limit, json }: ListOptions): Promise<void> {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new CommandError('queue list: --limit takes a whole number of 1 or more');
  }
  await withStorage(session, async ({ queue, store }) => {
    const kinds = kind === undefined ? jobKinds : [kind];
    const counts = await Promise.all(kinds.map((each) => queue.counts(each)));
    const letters = await picked(queue, kinds, limit, (letter) => [
      redactLetter(json ? letter : outlineOf(letter), session.redact),
    ]);
    if (json) return print(`${JSON.stringify(letters, null, 2)}\n`);
    if (letters.length === 0) return print('There are no dead letters.\n');
    print(listWords(letters, await titlesOf(letters, store), systemClock.now()));
    const total = counts.reduce((sum, { failed }) => sum + failed, 0);
    if (total > letters.length) print(`\n${total - letters.length} more; see --limit.\n`);
  });
}

async function show(session: Session, id: string, { json }: { json?: true }): Promise<void> {
  await withStorage(session, async ({ queue, store }) => {
    const letter = redactLetter(await only(queue, id, 'show'), session.redact);
    if (json) return print(`${JSON.stringify(letter, null, 2)}\n`);
    print(showWords(letter, await titlesOf([letter], store), systemClock.now()));
  });
}

async function retry(
  session: Session,
  id: string | undefined,
  { all, kind }: RetryOptions,
): Promise<void> {
  if ((id === undefined) !== (all === true)) {
    throw new CommandError('queue retry: give either an id of "queue list", or --all');
  }
  if (id !== undefined && kind !== undefined) {
    throw new CommandError('queue retry: --kind goes with --all; an id names its kind already');
  }
  await withStorage(session, async ({ queue }) => {
    const kinds = kind === undefined ? jobKinds : [kind];
    const chosen =
      id === undefined
        ? await picked(queue, kinds, MANY, (letter) => [outlineOf(letter)])
        : [await only(queue, id, 'retry')];
    // The oldest first: it has waited longest.
    const done = await countTrue(chosen.reverse(), (letter) => queue.retry(letter.kind, letter.id));
    print(`${done} of ${chosen.length} to be tried again.\n`);
  });
}

async function drop(session: Session, id: string, { yes }: { yes?: true }): Promise<void> {
  await withStorage(session, async ({ queue, store }) => {
    const letter = redactLetter(await only(queue, id, 'drop'), session.redact);
    const about = aboutWords(letter, await titlesOf([letter], store));
    const unasked = 'queue drop: nobody is here to be asked; --yes drops without asking';
    if (!yes && !(await confirmed(`Forget ${about} for good?`, unasked))) return;
    const dropped = await queue.drop(letter.kind, letter.id);
    print(dropped ? `Dropped: ${about}\n` : 'It was no dead letter any more.\n');
  });
}

async function withStorage(
  { config, log }: Session,
  work: (storage: Storage) => Promise<void>,
): Promise<void> {
  const storage = await openStorageBeside(config, log);
  try {
    await work(storage);
  } finally {
    await storage.close(0);
  }
}

/** What is picked of each letter, at most `limit` of a kind; the last that failed comes first. */
async function picked(
  queue: Queue,
  kinds: readonly JobKind[],
  limit: number,
  pick: (letter: AnyDeadLetter) => AnyDeadLetter[],
): Promise<AnyDeadLetter[]> {
  const letters: AnyDeadLetter[] = [];
  for await (const letter of everyLetter(queue, kinds, limit)) letters.push(...pick(letter));
  return letters.sort((a, b) => Date.parse(b.failedAt) - Date.parse(a.failedAt));
}

/** Said kind by kind, the compiler knows which payload belongs to which. */
async function* everyLetter(
  queue: Queue,
  kinds: readonly JobKind[],
  limit: number,
): AsyncIterable<AnyDeadLetter> {
  if (kinds.includes('intake')) yield* queue.deadLetters('intake', limit);
  if (kinds.includes('investigate')) yield* queue.deadLetters('investigate', limit);
  if (kinds.includes('deliver')) yield* queue.deadLetters('deliver', limit);
  if (kinds.includes('recheck')) yield* queue.deadLetters('recheck', limit);
}

/** @throws CommandError when the id, or its beginning, stands for none or for several. */
async function only(queue: Queue, id: string, command: string): Promise<AnyDeadLetter> {
  const found = named(await picked(queue, jobKinds, MANY, (letter) => named([letter], id)), id);
  const [letter] = found;
  if (letter !== undefined && found.length === 1) return letter;
  const problem =
    letter === undefined
      ? `there is no dead letter ${JSON.stringify(id)}. "queue list" names what there is.`
      : `${JSON.stringify(id)} is the beginning of ${found.length}: ${found.map(nameOf).join(', ')}`;
  throw new CommandError(`queue ${command}: ${problem}`);
}

async function titlesOf(
  letters: readonly AnyDeadLetter[],
  store: Storage['store'],
): Promise<Titles> {
  const ids = new Set(
    letters.flatMap(({ payload }) =>
      payload !== null && 'incidentId' in payload ? [payload.incidentId] : [],
    ),
  );
  const found = await Promise.all([...ids].map((id) => store.incident(id)));
  return new Map(found.flatMap((incident) => (incident ? [[incident.id, incident.title]] : [])));
}

async function countTrue<T>(items: T[], act: (item: T) => Promise<boolean>): Promise<number> {
  let count = 0;
  for (const item of items) if (await act(item)) count += 1;
  return count;
}
