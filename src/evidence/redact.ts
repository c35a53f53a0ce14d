import { createHmac } from 'node:crypto';
import { type Detector, hasAny } from './detector.ts';
import { budgetFor, type DecodingBudget, replaceEncoded } from './encoded-text.ts';
import { DETECTORS } from './secret-detectors.ts';
import { isHarmless, isPathUnder, isSecretName, kindOf, SECRET_STEMS } from './secret-names.ts';
import { privateKeysIn } from './secret-pem.ts';
import { type Placeholder, redactNamedValues } from './secret-values.ts';

export { isSecretName } from './secret-names.ts';

/**
 * Replaces the secrets in a text. `name` is what the text stands under, if anything (a label, a field, an
 * environment variable): under a name such as `DB_PASSWORD` the whole text is a secret.
 */
export type Redact = (text: string, name?: string) => string;

/** Base64 in a percent-encoded text is looked into, and the other way round; what is deeper is not. */
const MAX_ENCODINGS = 2;

/**
 * Makes the redactor. A secret becomes `[REDACTED:<kind>:<8 hex>]`, where the digits are a hash keyed with
 * `key`: the same secret reads the same everywhere, so that a diagnosis can still say "the same password",
 * and cannot be found again by guessing. A percent-encoded or base64 run with a secret in it becomes one
 * placeholder of the kind `encoded`. Redacting twice changes nothing.
 */
export function createRedactor(key: string): Redact {
  const placeholder = (kind: string, secret: string) => {
    if (isHarmless(secret)) return secret;
    const digest = createHmac('sha256', key).update(secret).digest('hex').slice(0, 8);
    return `[REDACTED:${kind}:${digest}]`;
  };
  return (text, name) => {
    if (name !== undefined && isSecretName(name) && !isPathUnder(name, text)) {
      return placeholder(kindOf(name), text);
    }
    return isHarmlessForm(text)
      ? text
      : redactText(text, { placeholder, budget: budgetFor(text), encodings: MAX_ENCODINGS });
  };
}

/** A short word, a number, an instant: most fields of an object are one, and none can hold a secret. */
const HARMLESS_FORM =
  /^(?:[A-Za-z-]{0,15}|[-+]?\d{1,20}(?:\.\d{1,20})?(?:e[-+]?\d{1,3})?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)$/;

/** Whether a text is of a form that no secret has, wherever it stands but under the name of one. */
export function isHarmlessForm(text: string): boolean {
  return HARMLESS_FORM.test(text);
}

interface Redaction {
  placeholder: Placeholder;
  budget: DecodingBudget;
  /** How many encodings inside one another are looked into. */
  encodings: number;
}

function redactText(text: string, redaction: Redaction): string {
  const plain = redactPlain(text, redaction.placeholder);
  const { placeholder, budget, encodings } = redaction;
  if (encodings === 0) return plain;
  const inner = { budget, encodings: encodings - 1, placeholder: withoutDigest };
  return replaceEncoded(plain, {
    holds: (decoded) => redactText(decoded, inner) !== decoded,
    replacement: (run) => placeholder('encoded', run),
    budget,
  });
}

/** Where it only matters whether there is a secret: digests are what a text full of secrets costs most. */
const withoutDigest: Placeholder = (kind, secret) =>
  isHarmless(secret) ? secret : `[REDACTED:${kind}:00000000]`;

function redactPlain(text: string, placeholder: Placeholder): string {
  let so = redactPem(text, placeholder);
  let lower = so.toLowerCase();
  if (hasAny(lower, SECRET_STEMS)) so = redactNamedValues(so, placeholder);
  for (const detector of DETECTORS) {
    if (!hasAny(lower, detector.beside)) continue;
    const redacted = redactMatches(so, detector, placeholder);
    // A placeholder is beside some secrets.
    if (redacted !== so) lower = redacted.toLowerCase();
    so = redacted;
  }
  return so;
}

/** Private keys, whole or cut off. */
function redactPem(text: string, placeholder: Placeholder): string {
  let out = '';
  let done = 0;
  for (const { from, to } of privateKeysIn(text)) {
    out += text.slice(done, from) + placeholder('pem', text.slice(from, to));
    done = to;
  }
  return out + text.slice(done);
}

function redactMatches(text: string, detector: Detector, placeholder: Placeholder): string {
  let out = '';
  let done = 0;
  for (const match of text.matchAll(detector.pattern)) {
    const { secret = '', word } = match.groups ?? {};
    if (detector.accept && !detector.accept(secret)) continue;
    const end = match.index + match[0].length;
    const kind = word === undefined ? detector.kind : kindOf(word);
    out += text.slice(done, end - secret.length) + placeholder(kind, secret);
    done = end;
  }
  return out + text.slice(done);
}
