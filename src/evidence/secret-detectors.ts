import { type Detector, hasDigit, isMixed } from './detector.ts';
import { isBase64OfText } from './encoded-text.ts';
import { SECRET_WORDS } from './secret-names.ts';
import { TOKENS } from './secret-tokens.ts';

/** Between a flag and its value: on a command line, in a list of YAML, in a list of JSON (also inside JSON). */
const NEXT_ARGUMENT = String.raw`(?:[ \t]{1,4}|["']?(?:\r?\n|\\{1,8}n)[ \t]{0,40}-[ \t]{1,8}["']?|\\{0,8}["'],\s{0,40}\\{0,8}["'])`;

/** What stands before the password in a URL. */
const USER_IN_URL = String.raw`:\/\/[^\s/?#@:"'<>[]{0,128}:`;

const PATHS: readonly Detector[] = [
  {
    kind: 'slack-webhook',
    beside: ['hooks.slack'],
    pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[\w/]{8,256})/g,
  },
  {
    kind: 'discord-webhook',
    beside: ['webhooks/'],
    pattern:
      /discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{1,25}\/(?<secret>[\w-]{16,128})/g,
  },
  {
    kind: 'telegram-token',
    beside: ['/bot'],
    pattern: /\/bot(?<secret>\d{6,12}:[\w-]{30,64})/g,
  },
  {
    kind: 'signature',
    beside: ['sig=', 'signature='],
    pattern:
      /(?:[?&;]|\\u0026|%26)(?:sig|signature|x-(?:amz|goog)-signature)=(?<secret>[^\s&;"'`\\<>#[]{8,1024})/gi,
  },
  {
    // The user and the host stay: which account on which store is half of many diagnoses. A password with a
    // slash in it ends at the first @; digits before a slash are a port.
    kind: 'password',
    beside: ['://'],
    pattern: new RegExp(
      `(?<=${USER_IN_URL})(?<secret>[^\\s/?#"'<>]{1,1024}(?=@[\\w.[-])|(?!\\d{1,5}[/?#])[^\\s"'<>@]{1,256}(?=@[\\w.[-]))`,
      'g',
    ),
  },
  {
    // One that was cut off before its end, by us or by whoever wrote the text. An image has a tag there.
    kind: 'password',
    beside: ['://'],
    pattern: new RegExp(
      `(?<=(?<!docker|docker-pullable|oci)${USER_IN_URL})(?!\\d{1,5}(?![\\w-])|\\[REDACTED:)(?<secret>[^\\s/"'<>@…,;)\\]}]{1,512})(?=…|$)`,
      'g',
    ),
  },
  {
    // https://github.com/go-sql-driver/mysql#dsn-data-source-name
    kind: 'password',
    beside: ['@tcp(', '@unix('],
    pattern: /(?<=(?<![\w.%-])[\w.%-]{1,64}:)(?<secret>[^\s"'<>]{1,128}?)(?=@(?:tcp|unix)\()/g,
  },
];

/** Between the name of a header and its value, in HTTP, JSON and code. */
const HEADER = String.raw`["'\\]{0,9}\s{0,4}[:=][\[\s"'\\]{0,12}`;
const PARAMETER = String.raw`[\w-]{1,40}=(?:\\{0,8}"[^"\n\\]{0,1024}\\{0,8}"|[^\s,"'\\]{1,1024})`;
const COOKIE = String.raw`[\w.-]{1,128}=[^\s;,"'\\]{1,4096}`;

const HEADERS: readonly Detector[] = [
  {
    // The value may be on the next line, but the time of that line is none.
    kind: 'authorization',
    beside: ['authorization'],
    pattern:
      /authorization["'\\[\s:=]{1,12}(?:bearer|basic|token|apikey|negotiate|ntlm|key)\s{1,4}(?!\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d)(?<secret>[^\s"'\\,;]{1,8192})/gi,
  },
  {
    kind: 'authorization',
    beside: ['authorization'],
    pattern: new RegExp(
      `authorization${HEADER}[\\w-]{1,40}[ \\t]{1,4}(?<secret>${PARAMETER}(?:,[ \\t]{0,4}${PARAMETER}){0,20})`,
      'gi',
    ),
  },
  {
    kind: 'authorization',
    beside: ['authorization'],
    pattern: new RegExp(`authorization${HEADER}(?<secret>[\\w.~+/=-]{16,8192})`, 'gi'),
    accept: hasDigit,
  },
  {
    kind: 'authorization',
    beside: ['bearer'],
    pattern: /(?<![\w-])bearer\s{1,4}(?<secret>[\w.~+/=-]{16,8192})/gi,
    accept: hasDigit,
  },
  {
    kind: 'cookie',
    beside: ['cookie'],
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
    beside: ['--'],
    pattern: new RegExp(
      `(?<![\\w-])--[\\w-]{0,40}?(?<word>${SECRET_WORDS})${NEXT_ARGUMENT}(?<secret>[^\\s"'\\\\-](?:[^\\s"'\\\\]|\\\\(?!\\\\{0,8}["'])){0,255})`,
      'gi',
    ),
  },
  {
    kind: 'password',
    beside: ['curl'],
    pattern: new RegExp(
      `(?<=${COMMAND}curl(?:${ARGUMENTS})?)[\\s"',](?:-u|--user|--proxy-user|-U)[\\s"',=]{0,6}[^\\s"':,]{1,128}:(?<secret>[^\\s"']{1,256})`,
      'g',
    ),
  },
  {
    kind: 'password',
    beside: ['mysql', 'mariadb'],
    pattern: new RegExp(
      `(?<=${COMMAND}(?:mysql|mysqldump|mysqladmin|mysqlimport|mariadb|mariadb-dump)(?:${ARGUMENTS})?)[\\s"',]-p(?<secret>[^\\s"',]{1,256})`,
      'g',
    ),
  },
  {
    kind: 'password',
    beside: ['redis-cli', 'sshpass'],
    pattern: new RegExp(
      `(?<=${COMMAND}(?:redis-cli(?:${ARGUMENTS})?[\\s"',]-a|sshpass(?:${ARGUMENTS})?[\\s"',]-p))[\\s"',]{0,6}(?<secret>[^\\s"',]{1,256})`,
      'g',
    ),
  },
  {
    kind: 'password',
    beside: ['requirepass', 'masterauth'],
    pattern: /(?<![\w-])(?:requirepass|masterauth)[ \t]{1,4}(?<secret>\S{1,256})/g,
  },
  {
    kind: 'password',
    beside: ['login'],
    pattern: /\blogin[ \t]\S{1,128}[ \t]password[ \t](?<secret>\S{1,256})/g,
  },
  {
    kind: 'password',
    beside: ['password', 'identified'],
    pattern: /(?:identified\s{1,4}by|password)\s{1,4}'(?<secret>[^'\n\\]{1,256})(?=')/gi,
  },
  {
    kind: 'password',
    beside: ['</'],
    pattern: new RegExp(
      `<[\\w:.-]{0,64}?(?<word>${SECRET_WORDS})>(?<secret>[^<>\\s]{1,256})(?=<)`,
      'gi',
    ),
  },
];

const QUOTE = String.raw`\\{0,8}["']`;
/** Tools write 64, 70 or 76 characters a line. */
const PEM_LINE = '[A-Za-z0-9/+]{64}(?:[A-Za-z0-9/+]{6}){0,2}';
const PEM_TAIL =
  '(?:[A-Za-z0-9/+]{4}){0,18}(?:[A-Za-z0-9/+]{4}|[A-Za-z0-9/+]{3}=|[A-Za-z0-9/+]{2}==)';

const BARE: readonly Detector[] = [
  {
    // RabbitMQ has routing keys too, which are words.
    kind: 'api-key',
    beside: ['key'],
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
    beside: ['[redacted:aws-id:'],
  },
  {
    // A line of a PEM body that was cut off from its header, as when a log is read from its middle on.
    kind: 'pem',
    pattern: new RegExp(`(?<![\\w/+.-])(?<secret>${PEM_LINE})(?![\\w/+=.-])`, 'g'),
    accept: (secret) => isMixed(secret) && !isBase64OfText(secret),
  },
  {
    // Its last line, which is shorter.
    kind: 'pem',
    beside: ['[redacted:pem:'],
    pattern: new RegExp(
      `(?<=\\[REDACTED:pem:[0-9a-f]{8}\\](?:\\n|\\\\n))(?<secret>${PEM_TAIL})(?=\\n|\\\\n|$)`,
      'g',
    ),
    accept: (secret) =>
      secret.endsWith('=') || isMixed(secret) || /^(?=.*[A-Z])(?=.*[a-z]).{12}/.test(secret),
  },
  {
    // "--- PASS: TestCheckout2" and "12 pass: 10ms" are results of tests.
    kind: 'password',
    beside: ['pass'],
    pattern:
      /(?<![\w-])[Pp]ass\\{0,8}["']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,8}["']?(?<secret>[^\s"'&;,\\<>)}\]]{6,256})/g,
    accept: (secret) => /^(?!\d)[^[].*\d/.test(secret) && /[A-Za-z]/.test(secret),
  },
  {
    // The `env` of a container, sorted by something else than its name.
    kind: 'password',
    beside: ['value'],
    pattern: new RegExp(
      `(?<=["']value${QUOTE}[ ]?:[ ]?${QUOTE})(?<secret>[^"'\\\\\\n]{1,256})(?=${QUOTE},\\s{0,40}${QUOTE}(?:name|key)${QUOTE}[ ]?:[ ]?${QUOTE}[\\w.-]{0,64}?(?<word>${SECRET_WORDS})${QUOTE})`,
      'gi',
    ),
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
