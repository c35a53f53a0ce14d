import fc from 'fast-check';

/** A place in a value: the names and indexes that lead to it. */
type Path = readonly (string | number)[];

interface Edit {
  kind: 'replace' | 'remove' | 'add' | 'wrap' | 'transplant';
  /** Which of the places of the value; counted round. */
  at: number;
  from: number;
  name: string;
  value: unknown;
}

const oddValues: readonly unknown[] = [
  null,
  true,
  '',
  ' ',
  0,
  -1,
  1.5,
  1e308,
  [],
  {},
  [[]],
  '\0',
  'a\ud800b',
  '\u202eevil\u200b',
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
  '9998-12-31T23:59:59.999-23:59',
  '9999-12-31T23:59:59Z',
  '2026-02-30T25:61:61Z',
  '2026-11-21T03:12:00.123456789+05:30',
  'postgres://u:hunter2-secret@db/x',
  'http://[::1',
  '%E0%A4%A',
  'Labels:\n - a = b\nAnnotations:\nSource: x\n',
  'x'.repeat(20_000),
  JSON.parse('{"__proto__": {"polluted": "yes"}}'),
  JSON.parse(`${'['.repeat(1_000)}${']'.repeat(1_000)}`),
];
const oddNames = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  '\0',
  '\udc00',
  '0',
];

/** Without fast-check's liking for small numbers: the first place is the whole body, and to replace it shows little. */
const anywhere = fc.noBias(fc.nat(1_000_000));

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('replace', 'remove', 'add', 'wrap', 'transplant'),
  at: anywhere,
  from: anywhere,
  name: fc.oneof(fc.constantFrom(...oddNames), fc.string({ unit: 'binary', maxLength: 20 })),
  value: fc.oneof(fc.constantFrom(...oddValues), fc.jsonValue({ maxDepth: 3 })),
});

interface ByteEdit {
  kind: 'cut' | 'flip' | 'repeat' | 'insert';
  at: number;
  length: number;
  bytes: Uint8Array;
}

const byteEdit: fc.Arbitrary<ByteEdit> = fc.record({
  kind: fc.constantFrom('cut', 'flip', 'repeat', 'insert'),
  at: anywhere,
  length: fc.integer({ min: 1, max: 200 }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
});

/** Values that differ from one of the samples in up to four places. */
export function mutatedValues(samples: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([sample, edits]) => edits.reduce<unknown>(apply, sample));
}

/** {@link mutatedValues} as JSON; one in four is damaged once more, as bytes. */
export function mutatedBodies(samples: readonly unknown[]): fc.Arbitrary<Buffer<ArrayBuffer>> {
  const damage = fc.option(byteEdit, { freq: 3 });
  return fc.tuple(mutatedValues(samples), damage).map(([value, bytes]) => {
    const body = Buffer.from(JSON.stringify(value) ?? '');
    return bytes === null ? body : damaged(body, bytes);
  });
}

function apply(root: unknown, { kind, at, from, name, value }: Edit): unknown {
  const places = [...placesIn(root)];
  const place = places[at % places.length] ?? { path: [], value: root };
  switch (kind) {
    case 'replace':
      return withValue(root, place.path, () => value);
    case 'transplant':
      return withValue(root, place.path, () => places[from % places.length]?.value);
    case 'wrap':
      return withValue(root, place.path, (old) => (from % 2 === 0 ? [old] : { [name]: old }));
    case 'add':
      return withValue(root, place.path, (old) => extended(old, name, value));
    case 'remove':
      // JSON leaves out what is undefined.
      return place.path.length === 0 ? root : withValue(root, place.path, () => undefined);
  }
}

function* placesIn(value: unknown, path: Path = []): Iterable<{ path: Path; value: unknown }> {
  yield { path, value };
  // No further down than samples go: one of the odd values is very deep.
  if (typeof value !== 'object' || value === null || path.length > 12) return;
  for (const [name, item] of Object.entries(value)) yield* placesIn(item, [...path, name]);
}

/** The root with what stands at a path changed. Only that path is copied, and `__proto__` is a name like any other. */
function withValue(root: unknown, path: Path, change: (old: unknown) => unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return change(root);
  if (typeof root !== 'object' || root === null) return root;
  const copy = Array.isArray(root) ? [...root] : { ...root };
  const value = withValue(Reflect.get(root, name), rest, change);
  return Object.defineProperty(copy, name, { value, ...OPEN });
}

const OPEN = { enumerable: true, configurable: true, writable: true };

function extended(old: unknown, name: string, value: unknown): unknown {
  if (Array.isArray(old)) return [...old, value];
  if (typeof old === 'string') return old + (typeof value === 'string' ? value : name);
  if (typeof old !== 'object' || old === null) return value;
  return Object.defineProperty({ ...old }, name, { value, ...OPEN });
}

function damaged(body: Buffer, { kind, at, length, bytes }: ByteEdit): Buffer<ArrayBuffer> {
  const start = at % (body.length + 1);
  const end = Math.min(body.length, start + length);
  const parts = {
    cut: [body.subarray(0, start)],
    flip: [
      body.subarray(0, start),
      bytes,
      body.subarray(Math.min(body.length, start + bytes.length)),
    ],
    repeat: [body.subarray(0, end), body.subarray(start)],
    insert: [body.subarray(0, start), bytes, body.subarray(start)],
  };
  return Buffer.concat(parts[kind]);
}
