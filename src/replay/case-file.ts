import { mkdir, readdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { MendableError } from '../lib/mendable-error.ts';
import { Case } from './case.ts';

const CASE_FILE = 'case.json';
const MIB = 1024 * 1024;
const MAX_FILE_BYTES = 64 * MIB;

/** A case that cannot be read, in words that name the file and what is wrong in it. */
export class CaseError extends MendableError {
  override readonly name = 'CaseError';
}

/** A call as a folder holds it: outputs are easier to read, and to review, as files of their own. */
const StoredCalls = z.looseObject({
  calls: z.array(
    z.looseObject({ textFile: z.string().optional(), structuredFile: z.string().optional() }),
  ),
});

/**
 * Reads a case from a folder or a single file.
 * @throws CaseError
 */
export async function readCase(path: string): Promise<Case> {
  const file = await caseFileOf(path);
  const stored = StoredCalls.safeParse(parse(file, await readText(file)));
  if (!stored.success) throw unreadable(file, stored.error);
  const calls = await Promise.all(
    stored.data.calls.map(async ({ textFile, structuredFile, ...call }) => ({
      ...call,
      ...(textFile === undefined ? {} : { text: await readOutput(file, textFile) }),
      ...(structuredFile === undefined
        ? {}
        : { structured: parse(structuredFile, await readOutput(file, structuredFile)) }),
    })),
  );
  return validate(file, { ...stored.data, calls });
}

function validate(file: string, value: unknown): Case {
  try {
    const read = Case.safeParse(value);
    if (!read.success) throw unreadable(file, read.error);
    return read.data;
  } catch (error) {
    // The stack overflows where a value is nested some thousands of levels deep, which no tool answers.
    if (error instanceof RangeError) throw new CaseError(`${file}: is nested too deeply`);
    throw error;
  }
}

/** Writes a case as a folder: `case.json` and the outputs of each call. The folder is made; what it held stays. */
export async function writeCase(folder: string, value: Case): Promise<void> {
  await mkdir(join(folder, 'outputs'), { recursive: true });
  const calls = await Promise.all(
    value.calls.map(async ({ text, structured, ...call }) => {
      const name = `outputs/${call.id}-${call.tool}`;
      await writeFile(join(folder, `${name}.txt`), text);
      if (structured === null) return { ...call, textFile: `${name}.txt`, structured };
      await writeFile(join(folder, `${name}.json`), `${JSON.stringify(structured)}\n`);
      return { ...call, textFile: `${name}.txt`, structuredFile: `${name}.json` };
    }),
  );
  await writeFile(join(folder, CASE_FILE), `${JSON.stringify({ ...value, calls }, null, 2)}\n`);
}

/** The case folders directly below a folder, by name; none when there is no such folder. */
export async function listCases(folder: string): Promise<{ name: string; path: string }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ name: entry.name, path: join(folder, entry.name) }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

async function caseFileOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null) {
    throw new CaseError(
      `${path}: there is no such file or folder. "replay list" names the cases there are.`,
    );
  }
  return found.isDirectory() ? join(path, CASE_FILE) : path;
}

/** A case comes from anywhere: its files must lie in its own folder, links followed. */
async function readOutput(caseFile: string, relative: string): Promise<string> {
  const named = `${caseFile}: the output file ${JSON.stringify(relative)}`;
  const folder = await realpath(dirname(caseFile));
  const target = resolve(folder, relative);
  const found = target.startsWith(folder + sep) ? await realpath(target).catch(() => null) : '';
  if (found === null) throw new CaseError(`${named} is missing. Was the folder copied whole?`);
  if (!found.startsWith(folder + sep)) throw new CaseError(`${named} lies outside its folder`);
  return readText(found);
}

/** A pipe or a device may never end, or never begin: only a file is opened, and only one that memory holds. */
async function readText(file: string): Promise<string> {
  const found = await stat(file).catch(() => null);
  if (found !== null && !found.isFile()) throw new CaseError(`${file}: is not a regular file`);
  if (found !== null && found.size > MAX_FILE_BYTES) {
    const size = Math.ceil(found.size / MIB);
    throw new CaseError(
      `${file}: has ${size} MiB. No file of a case may have more than ${MAX_FILE_BYTES / MIB} MiB.`,
    );
  }
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new CaseError(`${file}: cannot be read (${code}). A case folder holds a ${CASE_FILE}.`);
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CaseError(
      `${file}: not JSON: ${error instanceof Error ? error.message : 'unreadable'}`,
    );
  }
}

function unreadable(file: string, error: z.ZodError): CaseError {
  const issues = error.issues.slice(0, 5);
  const lines = issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  return new CaseError(
    `${basename(dirname(file))}/${basename(file)} is not a case:\n${lines.join('\n')}`,
  );
}
