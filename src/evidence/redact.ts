import { createHmac } from 'node:crypto';
import { replaceEncoded } from './encoded-text.ts';
import { DETECTORS, type Detector } from './secret-detectors.ts';
import { isHarmless, isPathUnder, isSecretName, kindOf } from './secret-names.ts';
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
    return HARMLESS_FORM.test(text) ? text : redactText(text, placeholder, MAX_ENCODINGS);
  };
}

/** A short word, a number, an instant: most fields of an object are one, and none can hold a secret. */
const HARMLESS_FORM =
  /^(?:[A-Za-z-]{0,15}|\d{1,15}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)$/;

function redactText(text: string, placeholder: Placeholder, encodings: number): string {
  const named = redactNamedValues(redactPem(text, placeholder), placeholder);
  const plain = DETECTORS.reduce((so, detector) => redactMatches(so, detector, placeholder), named);
  if (encodings === 0) return plain;
  return replaceEncoded(
    plain,
    (decoded) => redactText(decoded, placeholder, encodings - 1) !== decoded,
    (run) => placeholder('encoded', run),
  );
}

function redactMatches(text: string, detector: Detector, placeholder: Placeholder): string {
  if (detector.beside !== undefined && !text.includes(detector.beside)) return text;
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
