import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRedactor } from '../../src/evidence/redact.ts';
import { redactLines } from '../../src/evidence/redact-lines.ts';

const redact = createRedactor('test-key');
const PEM_LINE = `${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj'}${'a1B2'.repeat(3)}`;
const PEM = expect.stringMatching(/^\[REDACTED:pem:[0-9a-f]{8}\]$/);

it('gives a line for each line, with as many line ends in it', () => {
  const words = [
    ...[
      'password',
      ':',
      '=',
      ' ',
      '"',
      '\n',
      'hunter2',
      'Authorization: Basic',
      PEM_LINE,
      '[',
      'token',
    ],
    ...[
      '-----BEGIN PRIVATE KEY-----',
      '-----END PRIVATE KEY-----',
      'value',
      '%0A',
      btoa('password=a'),
      '',
    ],
  ];
  const line = fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((parts) => parts.join(''));
  const ends = (text: string) => text.split('\n').length;
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      expect(redactLines(lines, redact).map(ends)).toEqual(lines.map(ends));
    }),
    { numRuns: 1_000 },
  );
});

it('knows the lines of a key that began before the first of them', () => {
  const [one, two, three, four] = redactLines(
    [PEM_LINE, PEM_LINE.slice(0, 20), '-----END PRIVATE KEY-----', 'done'],
    redact,
  );
  expect([one, two]).toEqual([PEM, PEM]);
  expect([three, four]).toEqual(['-----END PRIVATE KEY-----', 'done']);
});

it('leaves what is around a key as it is', () => {
  const lines = [
    'loaded',
    `{"a":1} -----BEGIN PRIVATE KEY-----`,
    PEM_LINE,
    '-----END PRIVATE KEY----- ok',
    'b',
  ];
  expect(redactLines(lines, redact)).toEqual([
    'loaded',
    expect.stringMatching(/^\{"a":1\} \[REDACTED:pem:\w{8}\]$/),
    PEM,
    expect.stringMatching(/^\[REDACTED:pem:\w{8}\] ok$/),
    'b',
  ]);
});

it('reads the first of the lines together with the one before', () => {
  expect(redactLines(['dXNlcjpodW50ZXIy'], redact, 'Authorization: Basic')).toEqual([
    expect.stringMatching(/^\[REDACTED:authorization:/),
  ]);
});
