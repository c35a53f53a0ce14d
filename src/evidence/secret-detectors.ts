import { isBase64OfText } from './encoded-text.ts';
import { SECRET_WORDS } from './secret-names.ts';

/**
 * A secret that its own form, or the command or header around it, gives away. What `pattern` matches ends with
 * the secret, in the group `secret`; it may have the name it stands under in the group `word`. Every repetition
 * is bounded or starts at an unambiguous place, so that time is linear in the text whatever the text is: log
 * lines are written by strangers.
 */
export interface Detector {
  kind: string;
  pattern: RegExp;
  accept?: (secret: string) => boolean;
  /** What the text has to contain for the pattern to mean anything. */
  beside?: string;
}

const hasDigit = (secret: string) => /\d/.test(secret);
const isMixed = (secret: string) =>
  /\d/.test(secret) && /[A-Z]/.test(secret) && /[a-z]/.test(secret);

/** Where a word may begin: also after `\n` or `=`, as JSON escapes them. */
const START = String.raw`(?:(?<![\w-])|(?<=\\[bfnrt]|\\u00[0-9a-f]{2}))`;

/** Between a flag and its value: on a command line, in a list of YAML, in a list of JSON (also inside JSON). */
const NEXT_ARGUMENT = String.raw`(?:[ \t]{1,4}|["']?(?:\r?\n|\\{1,8}n)[ \t]{0,40}-[ \t]{1,8}["']?|\\{0,8}["'],\s{0,40}\\{0,8}["'])`;

/** A token whose issuer made it recognisable. */
function token(kind: string, form: string, accept?: Detector['accept']): Detector {
  const pattern = new RegExp(`${START}(?<secret>${form})`, 'g');
  return accept === undefined ? { kind, pattern } : { kind, pattern, accept };
}

const TOKENS: readonly Detector[] = [
  token('jwt', String.raw`eyJ[\w-]{8,8192}\.[\w-]{4,8192}\.[\w-]{0,8192}`),
  token('anthropic-key', String.raw`sk-ant-[\w-]{16,512}`),
  // A pod may well be called sk-…; a key has capitals, which no Kubernetes name has.
  token('api-key', String.raw`sk-[\w-]{20,512}`, isMixed),
  token('stripe-key', String.raw`(?:[rs]k_(?:live|test)|whsec)_\w{16,256}`),
  token('slack-token', String.raw`(?:xox[a-z]|xapp)-[\w-]{10,256}`),
  token('github-token', String.raw`(?:gh[pousr]_\w{30,256}|github_pat_\w{20,256})`),
  token('gitlab-token', String.raw`gl(?:pat|rt|dt|cbt|ptt|soat|agent)-[\w-]{20,256}`, hasDigit),
  token('npm-token', String.raw`npm_[A-Za-z0-9]{36}(?!\w)`),
  token('pypi-token', String.raw`pypi-[\w-]{50,512}`, isMixed),
  token('docker-token', String.raw`dckr_[a-z]{3}_[\w-]{20,256}`),
  token('sendgrid-key', String.raw`SG\.[\w-]{16,64}\.[\w-]{16,64}`),
  token('twilio-key', String.raw`SK[0-9a-f]{32}(?!\w)`),
  token('vault-token', String.raw`hv[bsr]\.[\w-]{20,512}`),
  token('digitalocean-token', 'do[opr]_v1_[0-9a-f]{64}'),
  token('telegram-token', String.raw`\d{8,10}:AA[\w-]{33}(?![\w-])`),
  token('google-key', String.raw`AIza[\w-]{35}(?![\w-])`),
  token('google-token', String.raw`(?:ya29\.[\w-]{20,2048}|GOCSPX-[\w-]{20,64})`),
  token('aws-id', 'A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])'),
];

const PATHS: readonly Detector[] = [
  {
    kind: 'slack-webhook',
    pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[\w/]{8,256})/g,
  },
  {
    kind: 'discord-webhook',
    pattern:
      /discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{1,25}\/(?<secret>[\w-]{16,128})/g,
  },
  { kind: 'telegram-token', pattern: /\/bot(?<secret>\d{6,12}:[\w-]{30,64})/g },
  {
    kind: 'signature',
    pattern:
      /(?:[?&;]|\\u0026|%26)(?:sig|signature|x-(?:amz|goog)-signature)=(?<secret>[^\s&;"'`\\<>#[]{8,1024})/gi,
  },
  {
    // The user and the host stay: which account on which store is half of many diagnoses.
    kind: 'password',
    pattern: /(?<=:\/\/[^\s/?#@:"'<>]{0,128}:)(?<secret>[^\s/?#"'<>]{1,256})(?=@[\w.[-])/g,
  },
];

/** Between the name of a header and its value, in HTTP, JSON and code. */
const HEADER = String.raw`["'\\]{0,9}\s{0,4}[:=][\[\s"'\\]{0,12}`;
const PARAMETER = String.raw`[\w-]{1,40}=(?:\\{0,8}"[^"\n\\]{0,1024}\\{0,8}"|[^\s,"'\\]{1,1024})`;
const COOKIE = String.raw`[\w.-]{1,128}=[^\s;,"'\\]{1,4096}`;

const HEADERS: readonly Detector[] = [
  {
    kind: 'authorization',
    pattern:
      /authorization["'\\[\s:=]{1,12}(?:bearer|basic|token|apikey|negotiate|ntlm|key)\s{1,4}(?<secret>[^\s"'\\,;]{1,8192})/gi,
  },
  {
    kind: 'authorization',
    pattern: new RegExp(
      `authorization${HEADER}[\\w-]{1,40}[ \\t]{1,4}(?<secret>${PARAMETER}(?:,[ \\t]{0,4}${PARAMETER}){0,20})`,
      'gi',
    ),
  },
  {
    kind: 'authorization',
    pattern: new RegExp(`authorization${HEADER}(?<secret>[\\w.~+/=-]{16,8192})`, 'gi'),
    accept: hasDigit,
  },
  {
    kind: 'authorization',
    pattern: /(?<![\w-])bearer\s{1,4}(?<secret>[\w.~+/=-]{16,8192})/gi,
    accept: hasDigit,
  },
  {
    kind: 'cookie',
    pattern: new RegExp(`cookie2?${HEADER}(?<secret>${COOKIE}(?:;[ ]?${COOKIE}){0,50})`, 'gi'),
  },
];

/** Where a command may begin. */
const COMMAND = String.raw`(?:\b|(?<=\\[nrt]))`;
/** The rest of a command line, in which an option may follow its command. */
const ARGUMENTS = String.raw`["']?[\s,][^\n|;]{0,256}`;

const COMMANDS: readonly Detector[] = [
  {
    kind: 'password',
    pattern: new RegExp(
      `(?<![\\w-])--[\\w-]{0,40}?(?<word>${SECRET_WORDS})${NEXT_ARGUMENT}(?<secret>[^\\s"'\\\\-](?:[^\\s"'\\\\]|\\\\(?!\\\\{0,8}["'])){0,255})`,
      'gi',
    ),
  },
  {
    kind: 'password',
    pattern: new RegExp(
      `(?<=${COMMAND}curl(?:${ARGUMENTS})?)[\\s"',](?:-u|--user|--proxy-user|-U)[\\s"',=]{0,6}[^\\s"':,]{1,128}:(?<secret>[^\\s"']{1,256})`,
      'g',
    ),
  },
  {
    kind: 'password',
    pattern: new RegExp(
      `(?<=${COMMAND}(?:mysql|mysqldump|mysqladmin|mysqlimport|mariadb|mariadb-dump)(?:${ARGUMENTS})?)[\\s"',]-p(?<secret>[^\\s"',]{1,256})`,
      'g',
    ),
  },
  {
    kind: 'password',
    pattern: new RegExp(
      `(?<=${COMMAND}(?:redis-cli(?:${ARGUMENTS})?[\\s"',]-a|sshpass(?:${ARGUMENTS})?[\\s"',]-p))[\\s"',]{0,6}(?<secret>[^\\s"',]{1,256})`,
      'g',
    ),
  },
  {
    kind: 'password',
    pattern: /(?<![\w-])(?:requirepass|masterauth)[ \t]{1,4}(?<secret>\S{1,256})/g,
  },
  { kind: 'password', pattern: /\blogin[ \t]\S{1,128}[ \t]password[ \t](?<secret>\S{1,256})/g },
  {
    kind: 'password',
    pattern: /(?:identified\s{1,4}by|password)\s{1,4}'(?<secret>[^'\n\\]{1,256})(?=')/gi,
  },
  {
    kind: 'password',
    pattern: new RegExp(
      `<[\\w:.-]{0,64}?(?<word>${SECRET_WORDS})>(?<secret>[^<>\\s]{1,256})(?=<)`,
      'gi',
    ),
  },
];

const BARE: readonly Detector[] = [
  {
    // RabbitMQ has routing keys too, which are words.
    kind: 'api-key',
    pattern: new RegExp(
      `(?:routing|service|integration|pagerduty|datadog)[_-]?key${HEADER}(?<secret>[0-9a-zA-Z]{20,64})(?!\\w)`,
      'gi',
    ),
    accept: hasDigit,
  },
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
    accept: (secret) => isMixed(secret) && !isBase64OfText(secret),
  },
];

/** In the order in which they are applied. */
export const DETECTORS: readonly Detector[] = [
  ...TOKENS,
  ...PATHS,
  ...HEADERS,
  ...COMMANDS,
  ...BARE,
];
