/**
 * Names whose value is a secret, as the source of a pattern. The word has to end the name, but for an edition:
 * `password`, `DB_PASSWORD` and `password_old` but not `secretName`, `tokens` or `token_count`.
 */
export const SECRET_WORDS =
  'pass(?:word|wd|phrase)|(?<=_)pass|pwd|secret|token|credentials?|' +
  '(?:api|app|application|access|secret|private|signing|encryption|account|shared|license|master)[_-]?key';
/** One of which is in each of {@link SECRET_WORDS}, in lower case. */
export const SECRET_STEMS = ['pass', 'pwd', 'secret', 'token', 'credential', 'key'];
/** What tells one of several secrets from the others, as the source of a pattern that may match nothing. */
export const SECRET_EDITION =
  '(?:[_-]?(?:\\d{1,3}|old|new|prev|previous|current|primary|secondary))?';
const SECRET_NAME = new RegExp(`(?:${SECRET_WORDS})${SECRET_EDITION}$`, 'i');

/** Whether a value under this name is a secret whatever it looks like. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/**
 * Whether a value under the name of a secret says where something is: `PWD` and
 * `GOOGLE_APPLICATION_CREDENTIALS` hold paths more often than secrets.
 */
export function isPathUnder(name: string, value: string): boolean {
  return /(?:pwd|credentials?)$/i.test(name) && /^\/[\w./-]{0,512}$/.test(value);
}

/**
 * Whether a label holds the name of a Secret object: kube-state-metrics and cert-manager call it just `secret`.
 * A value with a digit and no hyphen might be a password, and is none of those names here.
 */
export function isSecretObject(label: string, value: string): boolean {
  return label === 'secret' && /^[a-z]+(?:[-.][a-z0-9]+)*$/.test(value);
}

/** The kind that a placeholder tells, from the name that a secret stands under. */
export function kindOf(name: string): string {
  const lower = name.toLowerCase();
  if (/pass|pwd|credential/.test(lower)) return 'password';
  if (lower.includes('token')) return 'token';
  if (lower.includes('key')) return 'api-key';
  return 'secret';
}

/** Values that say that there is no secret here, or where it is kept. */
const NO_SECRET =
  /^(?:null|none|nil|undefined|true|false|redacted|masked|hidden|\*+|x+|\.+|[-[\]{}]+)$/i;
const REFERENCE =
  /^(?:\[REDACTED:[\w:-]*\]?|<[^<>]*>|\$\([\w.-]*\)?|\$\{[\w.:-]*\}?|\{\{.*|%[sdvq])$/;

export function isHarmless(value: string): boolean {
  return value === '' || NO_SECRET.test(value) || REFERENCE.test(value);
}
