import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

export const root = join(import.meta.dirname, '..', '..');

export function readFile(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function readYaml(path: string): unknown {
  return parse(readFile(path), { merge: true });
}

export function readYamlDocuments(path: string): unknown[] {
  return parseAllDocuments(readFile(path)).map((document): unknown => document.toJS());
}

/** A tag that names one version to the patch, so that two builds of one commit run the same thing. */
export const EXACT_TAG = /^[\w./-]+:v?\d+\.\d+(\.\d+)?(-[\w.]+)?$/;
