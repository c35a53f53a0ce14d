import { z } from 'zod';

/** Longer queries than this are made by a machine. */
const MAX_QUERY = 10_000;

export const LogQuery = z.string().min(1).max(MAX_QUERY);

export const Since = z
  .string()
  .max(100)
  .optional()
  .describe(
    'A duration that counts back from the end of the investigated window, such as "15m", or FROM/TO as ' +
      'RFC 3339 instants. The default is the whole window.',
  );

export const LabelName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z_]\w*$/, 'is no name of a label');

/** The only namespaces that an answer tells of; left out when nothing limits them. */
export const Namespaces = z.array(z.string()).optional();

/** For the structured output. */
export function limitedTo(namespaces: readonly string[] | null): { namespaces?: string[] } {
  return namespaces === null ? {} : { namespaces: [...namespaces] };
}
