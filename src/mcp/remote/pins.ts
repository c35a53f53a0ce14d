import { z } from 'zod';
import { canonicalJson, JsonObject } from '../../lib/json.ts';
import { fingerprintOf, type ToolDefinition } from './definition.ts';

/** A definition that a person has read and accepted. */
export const Pin = z.strictObject({
  environment: z.string(),
  server: z.string(),
  tool: z.string(),
  /** Of the whole definition; this alone decides. The rest is here to tell what has changed. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  description: z.string(),
  inputSchema: JsonObject,
  annotations: JsonObject,
  acceptedAt: z.iso.datetime(),
});
export type Pin = z.infer<typeof Pin>;

export const Pins = z.array(Pin);

/** Whose tool a pin is for. */
export type PinKey = Pick<Pin, 'environment' | 'server' | 'tool'>;

export function pinOf(pins: readonly Pin[], key: PinKey): Pin | null {
  return pins.find((pin) => orderOf(pin) === orderOf(key)) ?? null;
}

/** Whether it says what was accepted: the text that a person reads in the file belongs to its hash. */
export function isIntact({ tool: name, sha256, ...parts }: Pin): boolean {
  return fingerprintOf({ name, ...parts }) === sha256;
}

/** A tool as it was read and accepted. */
export interface Acceptance extends PinKey {
  definition: ToolDefinition;
}

/** The pins with these definitions accepted, each in the place of an earlier one for its tool. */
export function accept(
  pins: readonly Pin[],
  accepted: readonly Acceptance[],
  acceptedAt: string,
): Pin[] {
  const added = accepted.map(({ definition, environment, server, tool }) => ({
    environment,
    server,
    tool,
    sha256: fingerprintOf(definition),
    description: definition.description,
    inputSchema: definition.inputSchema,
    annotations: definition.annotations,
    acceptedAt,
  }));
  const replaced = new Set(added.map(orderOf));
  return [...pins.filter((pin) => !replaced.has(orderOf(pin))), ...added];
}

/** JSON that a code review can read: sorted, and each field on a line of its own. */
export function formatPins(pins: readonly Pin[]): string {
  const sorted = pins.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const entries = sorted.map((pin) => {
    const lines = Object.entries(pin).map(
      ([field, value]) => `    ${JSON.stringify(field)}: ${canonicalJson(value)}`,
    );
    return `  {\n${lines.join(',\n')}\n  }`;
  });
  return entries.length === 0 ? '[]\n' : `[\n${entries.join(',\n')}\n]\n`;
}

/** None of the three holds a blank. */
function orderOf({ environment, server, tool }: PinKey): string {
  return `${environment} ${server} ${tool}`;
}
