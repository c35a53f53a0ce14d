import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Case } from '../../src/replay/case.ts';
import { CaseError, listCases, readCase, writeCase } from '../../src/replay/case-file.ts';
import { SHIPPED_CASES } from '../scenarios/shipped.ts';

let root: string;
let recorded: Case;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'probable-cause-cases-'));
  recorded = await readCase(join(SHIPPED_CASES, 'oom-kill'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A folder whose `case.json` holds this: a text as it is, anything else as JSON. */
async function folderWith(name: string, content: unknown): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  await writeFile(join(folder, 'case.json'), text);
  return folder;
}

async function refusal(path: string): Promise<string> {
  const error: unknown = await readCase(path).then(
    () => new Error(`${path} was read`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof CaseError)) throw error;
  return error.message;
}

describe('writing a case and reading it again', () => {
  it('gives the same case', async () => {
    const folder = join(root, 'copy');
    await writeCase(folder, recorded);
    expect(await readCase(folder)).toEqual(recorded);
    expect(await readCase(join(folder, 'case.json'))).toEqual(recorded);
  });

  it('keeps every text to the letter, whatever it is', async () => {
    // Half a surrogate pair is no text that UTF-8 could hold.
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', '\n', '\r\n', 'a\r\nb\n', '\uFEFFbom', '\u2028', 'last line\n\n', '\0'),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 4 }), async (texts) => {
        const [first] = recorded.calls;
        if (first === undefined) throw new Error('the case has no call');
        const calls = texts.map((each, index) => ({
          ...first,
          id: `E${index + 1}`,
          text: each,
          args: { query: each },
          structured: { lines: [each] },
        }));
        run += 1;
        const folder = join(root, `texts-${run}`);
        await writeCase(folder, { ...recorded, title: texts.join(), calls });
        expect((await readCase(folder)).calls).toEqual(calls);
      }),
      { numRuns: 60 },
    );
  });

  it('reads a case that is a single file, with its texts in it', async () => {
    const file = join(root, 'single.json');
    await writeFile(file, JSON.stringify(recorded));
    expect(await readCase(file)).toEqual(recorded);
  });

  it('puts each output into a file that is named after the call', async () => {
    const folder = join(root, 'outputs');
    await writeCase(folder, recorded);
    expect(await readdir(join(folder, 'outputs'))).toContain('E5-kubectl_describe_pod.txt');
  });
});

describe('a case that cannot be read', () => {
  it('is missing: the error names the path and how to find others', async () => {
    const path = join(root, 'no-such-case');
    expect(await refusal(path)).toBe(
      `${path}: there is no such file or folder. "replay list" names the cases there are.`,
    );
  });

  it('is a folder without case.json: the error says that it needs one', async () => {
    const folder = join(root, 'empty');
    await mkdir(folder);
    const message = await refusal(folder);
    expect(message).toContain(join(folder, 'case.json'));
    expect(message).toMatch(/cannot be read \(ENOENT\)\. A case folder holds a case\.json\./);
  });

  it('is not JSON: the error names the file and the place', async () => {
    const message = await refusal(await folderWith('not-json', '{"format": oops}'));
    expect(message).toMatch(/not-json\/case\.json: not JSON: .*oops/);
  });

  it('names an output that is not there: the error names its file', async () => {
    const [call] = recorded.calls;
    const calls = [{ ...call, text: undefined, textFile: 'outputs/E1-gone.txt' }];
    const folder = await folderWith('missing-output', { ...recorded, calls });
    expect(await refusal(folder)).toContain('the output file "outputs/E1-gone.txt" is missing');
  });

  it.each(['../secret.txt', '/etc/hostname', 'outputs/../../secret.txt', '.', ''])(
    'names an output outside its folder (%j): it is not even opened',
    async (textFile) => {
      await writeFile(join(root, 'secret.txt'), 'not of this case');
      const [call] = recorded.calls;
      const calls = [{ ...call, text: undefined, textFile }];
      const message = await refusal(await folderWith('outside', { ...recorded, calls }));
      expect(message).toContain(
        `the output file ${JSON.stringify(textFile)} lies outside its folder`,
      );
    },
  );

  it('leads out of its folder by a link: it is not followed', async () => {
    await writeFile(join(root, 'secret.txt'), 'not of this case');
    const [call] = recorded.calls;
    const calls = [{ ...call, text: undefined, textFile: 'link.txt' }];
    const folder = await folderWith('linked', { ...recorded, calls });
    await symlink(join(root, 'secret.txt'), join(folder, 'link.txt'));
    expect(await refusal(folder)).toContain('"link.txt" lies outside its folder');
  });

  it('names a pipe or a device as an output: it is not opened', async () => {
    const [call] = recorded.calls;
    const calls = [{ ...call, text: undefined, textFile: 'pipe.txt' }];
    const folder = await folderWith('pipe', { ...recorded, calls });
    execFileSync('mkfifo', [join(folder, 'pipe.txt')]);
    expect(await refusal(folder)).toContain('pipe.txt: is not a regular file');
    expect(await refusal('/dev/zero')).toBe('/dev/zero: is not a regular file');
  });

  it('names an output that is too large: the error gives its size and the limit', async () => {
    const [call] = recorded.calls;
    const calls = [{ ...call, text: undefined, textFile: 'large.txt' }];
    const folder = await folderWith('large', { ...recorded, calls });
    await writeFile(join(folder, 'large.txt'), '');
    await truncate(join(folder, 'large.txt'), 64 * 1024 * 1024 + 1);
    expect(await refusal(folder)).toContain(
      'large.txt: has 65 MiB. No file of a case may have more than 64 MiB.',
    );
  });

  it.each(['args', 'structured'])('has %s nested too deeply: the error says so', async (field) => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const calls = recorded.calls.map((call) => ({ ...call, [field]: { at: 'DEEP' } }));
    const text = JSON.stringify({ ...recorded, calls }).replace('"DEEP"', deep);
    expect(await refusal(await folderWith('deep', text))).toMatch(
      /case\.json: is nested too deeply$/,
    );
  });

  it('has another version: the error names the field and what it accepts', async () => {
    const message = await refusal(await folderWith('version-2', { ...recorded, version: 2 }));
    expect(message).toMatch(/version-2\/case\.json is not a case:\n {2}version: .*expected 1/);
  });

  it('is some other JSON: the error names what is missing', async () => {
    expect(await refusal(await folderWith('array', []))).toMatch(/is not a case/);
    expect(await refusal(await folderWith('other', { calls: [] }))).toMatch(/\n {2}format: /);
  });

  it('has a call with neither text nor file: the error names the call', async () => {
    const calls = recorded.calls.map((call, index) =>
      index === 2 ? { ...call, text: undefined } : call,
    );
    const message = await refusal(await folderWith('no-text', { ...recorded, calls }));
    expect(message).toContain('calls.2.text: ');
  });
});

describe('the list of cases', () => {
  it('is the folders, by name, and leaves files out', async () => {
    const folder = join(root, 'list');
    for (const name of ['b', 'a']) await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, 'README.md'), '');
    expect(await listCases(folder)).toEqual([
      { name: 'a', path: join(folder, 'a') },
      { name: 'b', path: join(folder, 'b') },
    ]);
  });

  it('is empty where there is no such folder', async () => {
    expect(await listCases(join(root, 'nowhere'))).toEqual([]);
  });
});
