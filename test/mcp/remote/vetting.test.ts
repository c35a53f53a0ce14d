import { ToolSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { definitionOf } from '../../../src/mcp/remote/definition.ts';
import { accept, type Pin } from '../../../src/mcp/remote/pins.ts';
import { quarantineReason, vet } from '../../../src/mcp/remote/vetting.ts';
import { listed } from './servers.ts';

const mcpTool = (name: string, more: Record<string, unknown> = {}) =>
  ToolSchema.parse(listed(name, more));

function pinsFor(...tools: ReturnType<typeof mcpTool>[]): Pin[] {
  const accepted = tools.map((tool) => ({
    ...{ environment: 'here', server: 'fake', tool: tool.name },
    definition: definitionOf(tool),
  }));
  return accept([], accepted, '2026-11-02T10:00:00.000Z');
}

const rules = {
  environment: 'here',
  server: 'fake',
  allow: ['echo'],
  pins: pinsFor(mcpTool('echo')),
};

const stateOf = (tool: ReturnType<typeof mcpTool>, more: Partial<typeof rules> = {}) =>
  vet([tool], { ...rules, ...more })[0]?.verdict.state;

const reasonOf = (more: Record<string, unknown>) =>
  vet([mcpTool('echo', more)], rules).map(quarantineReason)[0];

describe('a tool of another server', () => {
  it('exists when it is allowed, only reads, and is as it was accepted', () => {
    expect(stateOf(mcpTool('echo'))).toBe('accepted');
    expect(vet([mcpTool('other')], rules).map(({ verdict }) => verdict.state)).toEqual(['missing']);
  });

  it('was accepted for one server of one environment', () => {
    expect(stateOf(mcpTool('echo'), { environment: 'there' })).toBe('new');
    expect(stateOf(mcpTool('echo'), { server: 'other' })).toBe('new');
  });

  it.each([
    [{ description: 'Does echo!' }, 'description'],
    [{ description: 'Does echo.\u200b' }, 'description'],
    [{ inputSchema: { type: 'object', properties: {} } }, 'schema'],
    [{ annotations: { readOnlyHint: true, openWorldHint: true } }, 'annotations'],
  ])('is quarantined with %j', (more, part) => {
    expect(reasonOf(more)).toBe(
      `its ${part} changed since 2026-11-02: compare and accept it with "probable-cause mcp pin"`,
    );
  });

  it.each([
    { description: 'Sends mail.' },
    { sha256: '0'.repeat(64) },
    { annotations: { readOnlyHint: true, title: 'x' } },
  ])('is quarantined when somebody has edited what was accepted: %j', (edit) => {
    const [pin] = rules.pins;
    if (pin === undefined) throw new Error('no pin');
    const [vetted] = vet([mcpTool('echo')], { ...rules, pins: [{ ...pin, ...edit }] });
    expect(vetted && quarantineReason(vetted)).toBe(
      'its entry in mcp-pins.json was edited and is not what was accepted: compare and accept it with "probable-cause mcp pin"',
    );
  });

  it('is the same when only the order of keys is another one', () => {
    const { inputSchema } = listed('echo');
    const turned = Object.fromEntries(Object.entries(inputSchema).reverse());
    expect(stateOf(mcpTool('echo', { inputSchema: turned }))).toBe('accepted');
  });

  it.each([
    [{ annotations: {} }, 'its server does not declare that it only reads'],
    [{ execution: { taskSupport: 'required' } }, 'it works as a task only'],
    [{ description: 'x'.repeat(4_001) }, 'its description is longer than 4000 characters'],
    [
      { inputSchema: { type: 'object', properties: { a: { enum: ['x'.repeat(20_000)] } } } },
      'its schema is longer than 20000 characters',
    ],
    [
      { inputSchema: { type: 'object', properties: { 'a\u200b': { type: 'string' } } } },
      'names or values of its schema hold characters that cannot be seen',
    ],
    [
      { inputSchema: { type: 'object', properties: { a: { $ref: 'https://x.example/' } } } },
      'its schema cannot be read',
    ],
    [{ inputSchema: { type: 'object', not: { required: ['a'] } } }, 'its schema cannot be read'],
  ])('cannot be accepted with %o', (more, reason) => {
    expect(reasonOf(more)).toBe(reason);
  });

  it('cannot be accepted under a name that is taken, or that stands for two', () => {
    for (const [server, tool] of [
      ['kubectl', 'get_pods'],
      ['read', 'evidence'],
      ['list', 'environments'],
    ] as const) {
      const [own] = vet([mcpTool(tool)], { ...rules, server, allow: [tool] });
      expect(own && quarantineReason(own)).toBe(
        'a tool of this program has that name: rename the server',
      );
    }
    const [twice] = vet([mcpTool('echo'), mcpTool('echo', { description: 'x' })], rules);
    expect(twice && quarantineReason(twice)).toBe('its server lists it more than once');
  });

  it('has patterns that its own server checks: they could take for ever', () => {
    const tool = mcpTool('echo', {
      inputSchema: {
        type: 'object',
        properties: {
          pattern: { type: 'string', pattern: '^(a+)+$', maxLength: 40, default: 'a' },
          list: { type: 'array', items: { anyOf: [{ type: 'string', pattern: '^(a+)+$' }] } },
          labels: {
            type: 'object',
            patternProperties: { '^(a+)+$': { type: 'string' } },
            additionalProperties: false,
          },
          spec: { const: { pattern: 'x' } },
        },
      },
    });
    const [vetted] = vet([tool], { ...rules, pins: pinsFor(tool) });
    if (vetted?.verdict.state !== 'accepted') throw new Error(vetted?.verdict.state);
    const { input } = vetted.verdict.publication;
    const published = JSON.stringify(input.toJSONSchema());
    expect(published).not.toContain('(a+)+');
    expect(published).toContain('"maxLength":40');
    const evil = `${'a'.repeat(30)}!`;
    const args = { pattern: evil, list: [evil], labels: { [evil]: 'x' } };
    expect(input.safeParse(args).success).toBe(true);
    expect(input.safeParse({ pattern: 'a'.repeat(41) }).success).toBe(false);
  });

  it('is published without what cannot be seen, and with no argument that nobody has read', () => {
    const tool = mcpTool('echo', {
      description: 'Does\u202e echo \u26a0\ufe0f.',
      inputSchema: {
        type: 'object',
        properties: { word: { type: 'string', description: 'A\u200bword', maxLength: 3 } },
        required: ['word'],
      },
    });
    const [vetted] = vet([tool], { ...rules, pins: pinsFor(tool) });
    if (vetted?.verdict.state !== 'accepted') throw new Error(vetted?.verdict.state);
    const { description, input } = vetted.verdict.publication;
    expect(description).toBe('Does echo \u26a0.');
    expect(input.toJSONSchema()).toMatchObject({
      properties: { word: { type: 'string', description: 'Aword', maxLength: 3 } },
      required: ['word'],
      additionalProperties: false,
    });
  });
});
