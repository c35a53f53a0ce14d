/** The alphabet of the random ends of names in Kubernetes. */
const RANDOM = '[bcdfghjklmnpqrstvwxz2456789]';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const CLOCK = String.raw`\d\d:\d\d:\d\d(?:[.,]\d{1,9})?`;

/**
 * What differs from one line to the next of the same statement of a program. Where two could match, the first
 * does. A status of HTTP is kept: 502 is another thing than 200.
 */
const VARIABLES: readonly [kind: string, pattern: string][] = [
  [
    'status',
    String.raw`(?<=HTTP\/[\d.]{1,3}"? |\b(?:status|code|status_code|statusCode)"?[=: ] ?|\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \S{1,200} )[1-5]\d\d(?![\w.])`,
  ],
  ['uuid', String.raw`\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`],
  ['time', String.raw`\b\d{4}-\d\d-\d\d(?:[T ]${CLOCK}(?: ?(?:Z\b|[+-]\d\d:?\d\d))?)?`],
  ['time', String.raw`\b\d{4}/\d\d/\d\d ${CLOCK}`],
  ['time', String.raw`\b\d\d/${MONTH}/\d{4}:${CLOCK}(?: [+-]\d{4})?`],
  ['time', String.raw`\b${MONTH} {1,2}\d{1,2} ${CLOCK}`],
  ['time', String.raw`\b[IWEF]\d{4} ${CLOCK}`],
  ['time', String.raw`\b${CLOCK}\b`],
  ['ip', String.raw`\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?:/\d{1,2})?\b`],
  ['ip', String.raw`(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4})(?![\w:])`],
  ['text', String.raw`"(?:[^"\\]|\\.){0,1000}"|(?<!\w)'[^'\n]{1,300}'(?!\w)`],
  [
    'id',
    String.raw`(?<=[a-z0-9]-)(?=[a-z]{0,10}\d|${RANDOM}{6,10}-)${RANDOM}{6,10}-${RANDOM}{5}(?![\w-])`,
  ],
  ['hex', String.raw`\b0x[0-9a-f]{1,64}\b`],
  ['hex', String.raw`\b(?=\d{0,128}[a-f])(?=[a-f]{0,128}\d)[0-9a-f]{8,128}\b`],
  ['blob', String.raw`(?<![\w+])(?=[a-z_+]{0,99}\d)[\w+]{40,4000}={0,2}`],
  ['duration', String.raw`(?<![\w.])(?:\d{1,20}(?:\.\d{1,20})?(?:ns|us|µs|ms|s|m|h|d)){1,5}(?!\w)`],
  ['size', String.raw`(?<![\w.])\d{1,20}(?:\.\d{1,9})? ?(?:[kmgtp]i?b?|b|bytes)(?!\w)`],
  ['num', String.raw`(?<![\w.])\d{1,30}(?:[.,]\d{1,30}){0,5}%?(?!\w)`],
];

/** Names of groups have to differ, so each carries its place in the list. */
const VARIABLE = new RegExp(
  VARIABLES.map(([kind, pattern], index) => `(?<${kind}${index}>${pattern})`).join('|'),
  'gi',
);
const REQUEST = /^"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /;

/** What a program says stands at the beginning of its line; what follows in a longer one is a dump. */
const MAX_MASKED = 2_000;

/**
 * The text with a name such as `<num>` or `<uuid>` for each part that differs from line to line. Of a long text only
 * the beginning is looked at.
 */
export function maskVariables(text: string): string {
  const looked = text.slice(0, MAX_MASKED);
  let masked = '';
  let done = 0;
  for (const match of looked.matchAll(VARIABLE)) {
    masked += text.slice(done, match.index) + maskOf(match[0], match.groups ?? {});
    done = match.index + match[0].length;
  }
  return masked + text.slice(done);
}

function maskOf(found: string, groups: Record<string, string | undefined>): string {
  const [name = ''] = Object.entries(groups).find(([, value]) => value !== undefined) ?? [];
  const kind = name.replace(/\d+$/, '');
  if (kind === 'status') return found;
  // The request in the log of a web server is quoted, and says more than that there was one.
  if (REQUEST.test(found)) return `"${maskVariables(found.slice(1, -1))}"`;
  return `<${kind}>`;
}
