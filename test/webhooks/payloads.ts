import { readdirSync, readFileSync } from 'node:fs';
import type { Delivery } from '../../src/alert/alert.ts';
import { DecodeError, type Ignored, type Source } from '../../webhooks/sources/source.ts';

const samples = new URL('../payloads/', import.meta.url);
const examples = new URL('../../examples/', import.meta.url);

export const receipt = { id: 'd-1', receivedAt: '2026-11-21T03:12:00.000Z' };

/** The text of every sample and shipped example, by its file name. */
export const payloads: ReadonlyMap<string, string> = new Map([
  ...readdirSync(samples)
    .filter((name) => name.endsWith('.json'))
    .map((name) => textOf(name, samples)),
  ...['alertmanager.json', 'generic.json'].map((name) => textOf(name, examples)),
]);

function textOf(name: string, folder: URL): [string, string] {
  return [name, readFileSync(new URL(name, folder), 'utf8')];
}

export function payload(name: string): Record<string, unknown> {
  const text = payloads.get(name);
  if (text === undefined) throw new Error(`there is no sample ${name}`);
  return JSON.parse(text);
}

type Decode = Source['decode'];

/** @throws Error when it was ignored. */
export function deliveryOf(decode: Decode, body: unknown): Delivery {
  const decoded = decode(body, receipt);
  if ('ignored' in decoded) throw new Error(`the body was ignored: ${decoded.ignored}`);
  return decoded;
}

/** @throws Error when it was not refused. */
export function refusalOf(decode: Decode, body: unknown): { field: string; message: string } {
  const decoded = decodeOrRefusal(decode, body);
  if (decoded instanceof DecodeError) return { field: decoded.field, message: decoded.message };
  throw new Error('the body was accepted');
}

/** @throws whatever is thrown that is no refusal. */
export function decodeOrRefusal(decode: Decode, body: unknown): Delivery | Ignored | DecodeError {
  try {
    return decode(body, receipt);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
}
