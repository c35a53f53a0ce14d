import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { publishedInput, publishedOutput } from '../../src/mcp/published-schema.ts';

describe('a published schema', () => {
  it('gives each schema one type, wherever it stands', () => {
    const either = z.string().nullable().describe('Or nothing.');
    const schema = publishedOutput(
      z.object({ list: z.array(either), named: z.record(z.string(), either) }),
    );
    const published = { description: 'Or nothing.', anyOf: [{ type: 'string' }, { type: 'null' }] };
    expect(schema.properties).toEqual({
      list: { type: 'array', items: published },
      named: { type: 'object', additionalProperties: published },
    });
  });

  it('takes no property for a keyword of the same name', () => {
    const shape = { type: z.string(), items: z.boolean(), required: z.int(), $schema: z.string() };
    expect(publishedOutput(z.object(shape)).properties).toEqual({
      type: { type: 'string' },
      items: { type: 'boolean' },
      required: { type: 'integer' },
      $schema: { type: 'string' },
    });
  });

  it('says of arguments that there are no others, and of a result nothing that says nothing', () => {
    const shape = { at: z.tuple([z.int(), z.string()]), tail: z.int().min(1).max(500) };
    const input = publishedInput(z.strictObject(shape));
    expect(input).toMatchObject({ additionalProperties: false, required: ['at', 'tail'] });
    expect(input.properties).toMatchObject({ tail: { type: 'integer', minimum: 1, maximum: 500 } });
    const at = { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'string' }] };
    expect(publishedOutput(z.object(shape))).toEqual({
      type: 'object',
      properties: {
        at: { ...at, minItems: 2, maxItems: 2 },
        tail: { type: 'integer', minimum: 1, maximum: 500 },
      },
      required: ['at', 'tail'],
    });
  });
});
