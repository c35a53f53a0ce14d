import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { MendableError } from '../../lib/mendable-error.ts';
import { formatPins, type Pin, Pins } from './pins.ts';

/** The file of pins is there but cannot be used. */
export class PinFileError extends MendableError {
  override readonly name = 'PinFileError';
}

/**
 * The pins of a file; none when there is no such file.
 *
 * @throws PinFileError in words.
 */
export async function readPins(file: string): Promise<Pin[]> {
  const source = await textOf(file);
  if (source === null) return [];
  try {
    return Pins.parse(JSON.parse(source));
  } catch {
    throw new PinFileError(
      `${file} is not a list of pins as "probable-cause mcp pin" writes it: restore it, or remove it and accept again.`,
    );
  }
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return null;
    throw new PinFileError(`${file} cannot be read (${code}).`);
  }
}

/**
 * Replaces the file as a whole: a reader sees the old pins or the new ones.
 *
 * @throws PinFileError in words.
 */
export async function writePins(file: string, pins: readonly Pin[]): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(draft, formatPins(pins), { flush: true });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw new PinFileError(`${file} cannot be written (${codeOf(error)}).`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
