import { createHmac } from 'node:crypto';

/**
 * Replaces the secrets in a text. `name` is what the text stands under, if anything (a label, a field, an
 * environment variable): under a name such as `DB_PASSWORD` the whole text is a secret.
 */
export type Redact = (text: string, name?: string) => string;

/**
 * A secret that its own form gives away. `pattern` has the secret in the group `secret`, and may have the
 * name it stands under in the group `word`; what it matches around the secret stays. Every repetition is bounded or starts at an unambiguous place, so that time is linear
 * in the text whatever the text is: log lines are written by strangers.
 */
interface Detector {
  kind: string;
  pattern: RegExp;
  accept?: (secret: string) => boolean;
  /** What the text has to contain for the pattern to mean anything. */
  beside?: string;
}

const hasDigit = (secret: string) => /\d/.test(secret);
const isMixed = (secret: string) =>
  /\d/.test(secret) && /[A-Z]/.test(secret) && /[a-z]/.test(secret);

/**
 * Names whose value is a secret. The word has to end the name: `password` and `DB_PASSWORD` but not
 * `secretName`, `tokens` or `token_count`.
 */
const SECRET_WORDS =
  'pass(?:word|wd|phrase)|pwd|secret|token|credentials?|' +
  '(?:api|access|secret|private|signing|encryption|account|shared)[_-]?key';
const SECRET_NAME = new RegExp(`(?:${SECRET_WORDS})$`, 'i');

const DETECTORS: readonly Detector[] = [
  { kind: 'jwt', pattern: /(?<![\w-])(?<secret>eyJ[\w-]{8,8192}\.[\w-]{4,8192}\.[\w-]{0,8192})/g },
  { kind: 'anthropic-key', pattern: /(?<![\w-])(?<secret>sk-ant-[\w-]{16,512})/g },
  // A pod may well be called sk-…; a key has capitals, which no Kubernetes name has.
  { kind: 'api-key', pattern: /(?<![\w-])(?<secret>sk-[\w-]{20,512})/g, accept: isMixed },
  { kind: 'api-key', pattern: /(?<![\w-])(?<secret>[rs]k_(?:live|test)_\w{16,256})/g },
  { kind: 'slack-token', pattern: /(?<![\w-])(?<secret>xox[a-z]-[\w-]{10,256})/g },
  { kind: 'slack-token', pattern: /(?<![\w-])(?<secret>xapp-[\w-]{10,256})/g },
  {
    kind: 'slack-webhook',
    pattern: /hooks\.slack\.com\/(?:services|workflows)\/(?<secret>[\w/]{8,256})/g,
  },
  { kind: 'github-token', pattern: /(?<![\w-])(?<secret>gh[pousr]_\w{30,256})/g },
  { kind: 'github-token', pattern: /(?<![\w-])(?<secret>github_pat_\w{20,256})/g },
  { kind: 'gitlab-token', pattern: /(?<![\w-])(?<secret>glpat-[\w-]{20,256})/g },
  { kind: 'google-key', pattern: /(?<![\w-])(?<secret>AIza[\w-]{35})(?![\w-])/g },
  { kind: 'google-token', pattern: /(?<![\w-])(?<secret>ya29\.[\w-]{20,2048})/g },
  { kind: 'aws-id', pattern: /(?<![A-Za-z0-9])(?<secret>A[KS]IA[A-Z0-9]{16})(?![A-Za-z0-9])/g },
  {
    // Forty characters are a commit hash as often as an AWS secret: only beside an AWS id, and never plain hex.
    kind: 'aws-secret',
    pattern: /(?<![\w/+.-])(?<secret>[A-Za-z0-9/+]{40})(?![\w/+=.-])/g,
    accept: isMixed,
    beside: '[REDACTED:aws-id:',
  },
  {
    // A line of a PEM body that was cut off from its header, as when each line is a log entry.
    kind: 'pem',
    pattern: /(?<![\w/+.-])(?<secret>(?:[A-Za-z0-9/+]{64}|[A-Za-z0-9/+]{70}))(?![\w/+=.-])/g,
    accept: isMixed,
  },
  {
    kind: 'authorization',
    pattern:
      /authorization["'\\[\s:=]{1,12}(?:bearer|basic|token|digest|apikey|negotiate)\s{1,4}(?<secret>[^\s"'\\,;]{1,8192})/gi,
  },
  {
    kind: 'authorization',
    pattern: /(?<![\w-])bearer\s{1,4}(?<secret>[\w.~+/=-]{16,8192})/gi,
    accept: hasDigit,
  },
  {
    kind: 'password',
    pattern: new RegExp(
      `(?<![\\w-])--[\\w-]{0,40}?(?<word>${SECRET_WORDS})[ \\t]{1,4}(?<secret>[^\\s"'-][^\\s"']{0,255})`,
      'gi',
    ),
  },
  {
    // The user and the host stay: which account on which store is half of many diagnoses.
    kind: 'password',
    pattern: /(?<=:\/\/[^\s/?#@:"'<>]{0,128}:)(?<secret>[^\s/?#"'<>]{1,256})(?=@[\w.[-])/g,
  },
];

/**
 * Inside a text, followed by what separates it from a value: `=`, `:`, JSON quotes at any depth of escaping.
 * The kind in a placeholder, which such a word may be, is none.
 */
const ASSIGNMENT = new RegExp(
  `(?<word>${SECRET_WORDS})(?!(?<=\\[REDACTED:[a-z-]{1,20}):[0-9a-f]{8}\\])(?:\\\\{0,8}["'])?(?<separator>[ \\t]{0,4}(?:=>|:=|=|:)[ \\t]{0,4})`,
  'gi',
);

/** Values that say that there is no secret here, or where it is kept. */
const NO_SECRET =
  /^(?:null|none|nil|undefined|true|false|redacted|masked|hidden|\*+|x+|\.+|[-[\]{}]+)$/i;
const REFERENCE =
  /^(?:\[REDACTED:[\w:-]*\]?|<[^<>]*>|\$\([\w.-]*\)?|\$\{[\w.:-]*\}?|\{\{.*|%[sdvq])$/;

/** Whether a value under this name is a secret whatever it looks like. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** `PWD` and `GOOGLE_APPLICATION_CREDENTIALS` hold paths more often than secrets. */
function isPathName(name: string): boolean {
  return /(?:pwd|credentials?)$/i.test(name);
}

function isPath(value: string): boolean {
  return /^\/[\w./-]{0,512}$/.test(value);
}

/**
 * Makes the redactor. A secret becomes `[REDACTED:<kind>:<8 hex>]`, where the digits are a hash keyed with
 * `key`: the same secret reads the same everywhere, so that a diagnosis can still say "the same password",
 * and cannot be found again by guessing. Redacting twice changes nothing.
 */
export function createRedactor(key: string): Redact {
  const placeholder = (kind: string, secret: string) => {
    if (isHarmless(secret)) return secret;
    const digest = createHmac('sha256', key).update(secret).digest('hex').slice(0, 8);
    return `[REDACTED:${kind}:${digest}]`;
  };
  return (text, name) => {
    if (name !== undefined && isSecretName(name) && !(isPathName(name) && isPath(text))) {
      return placeholder(kindOf(name), text);
    }
    const result = redactAssignments(redactPem(text, placeholder), placeholder);
    return DETECTORS.reduce((so, detector) => redactMatches(so, detector, placeholder), result);
  };
}

type Placeholder = (kind: string, secret: string) => string;

function isHarmless(value: string): boolean {
  return value === '' || NO_SECRET.test(value) || REFERENCE.test(value);
}

function redactMatches(text: string, detector: Detector, placeholder: Placeholder): string {
  if (detector.beside !== undefined && !text.includes(detector.beside)) return text;
  let out = '';
  let done = 0;
  for (const match of text.matchAll(detector.pattern)) {
    const secret = match.groups?.secret ?? '';
    if (detector.accept && !detector.accept(secret)) continue;
    const at = match.index + match[0].lastIndexOf(secret);
    const word = match.groups?.word;
    const kind = word === undefined ? detector.kind : kindOf(word);
    out += text.slice(done, at) + placeholder(kind, secret);
    done = at + secret.length;
  }
  return out + text.slice(done);
}

const PEM_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const PEM_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const PEM_MAX = 16_384;

/** Private keys, whole or cut off. Certificates and public keys stay: they are public, and evidence. */
function redactPem(text: string, placeholder: Placeholder): string {
  const ends = [...text.matchAll(PEM_END)].map((end) => ({ at: end.index, length: end[0].length }));
  let next = 0;
  let out = '';
  let done = 0;
  for (const begin of text.matchAll(PEM_BEGIN)) {
    if (begin.index < done) continue;
    const bodyAt = begin.index + begin[0].length;
    while ((ends[next]?.at ?? Number.POSITIVE_INFINITY) < bodyAt) next += 1;
    const end = ends[next];
    const whole = end !== undefined && end.at - bodyAt <= PEM_MAX;
    const stop = whole ? end.at + end.length : endOfPemBody(text, bodyAt);
    out += text.slice(done, begin.index) + placeholder('pem', text.slice(begin.index, stop));
    done = stop;
  }
  return out + text.slice(done);
}

const PEM_BODY = /[A-Za-z0-9+/=\s\\]*/y;

function endOfPemBody(text: string, from: number): number {
  PEM_BODY.lastIndex = from;
  return from + (PEM_BODY.exec(text)?.[0].length ?? 0);
}

function redactAssignments(text: string, placeholder: Placeholder): string {
  let out = '';
  let done = 0;
  for (const match of text.matchAll(ASSIGNMENT)) {
    if (match.index < done) continue;
    const word = match.groups?.word ?? '';
    const start = match.index + match[0].length;
    const value = quotedValue(text, start) ?? bareValue(text, start);
    const secret = text.slice(value.from, value.to);
    // "invalid token: expired" and "PWD=/app" are prose and a directory, not secrets.
    const inProse = !value.quoted && match.groups?.separator?.trimStart().startsWith(':');
    if (inProse && !/^pass/i.test(word) && secret.length < 20 && !hasDigit(secret)) continue;
    if (isPathName(word) && isPath(secret)) continue;
    out += text.slice(done, value.from) + placeholder(kindOf(word), secret);
    done = value.to;
  }
  return out + text.slice(done);
}

interface Span {
  from: number;
  to: number;
  quoted: boolean;
}

const OPENING_QUOTE = /(\\{0,8})(["'`])/y;

/**
 * The inside of a quoted value. JSON inside JSON escapes its quotes, so a value that opens with n backslashes
 * and a quote closes at the first such quote with no more than n. One that never closes was cut off.
 */
function quotedValue(text: string, start: number): Span | null {
  OPENING_QUOTE.lastIndex = start;
  const opening = OPENING_QUOTE.exec(text);
  if (!opening) return null;
  const depth = opening[1]?.length ?? 0;
  const quote = opening[2] ?? '"';
  const from = start + opening[0].length;
  let backslashes = 0;
  let at = from;
  for (; at < text.length && text[at] !== '\n'; at += 1) {
    if (text[at] === '\\') backslashes += 1;
    else if (text[at] === quote && backslashes <= depth) {
      return { from, to: at - backslashes, quoted: true };
    } else backslashes = 0;
  }
  return { from, to: at, quoted: true };
}

const BARE_VALUE = /[^\s&;,"'`\\<>)}\]]*/y;

function bareValue(text: string, start: number): Span {
  if (text.startsWith('[REDACTED', start)) return { from: start, to: start, quoted: false };
  BARE_VALUE.lastIndex = start;
  const length = BARE_VALUE.exec(text)?.[0].length ?? 0;
  return { from: start, to: start + length, quoted: false };
}

function kindOf(name: string): string {
  const lower = name.toLowerCase();
  if (/pass|pwd|credential/.test(lower)) return 'password';
  if (lower.includes('token')) return 'token';
  if (lower.includes('key')) return 'api-key';
  return 'secret';
}
