/** Characters `from` up to `to` of a text. */
interface Span {
  from: number;
  to: number;
}

const PEM_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const PEM_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const PEM_MAX = 16_384;

/** Where private keys are, whole or cut off. Certificates and public keys are public, and evidence. */
export function privateKeysIn(text: string): Span[] {
  if (!text.includes('-----BEGIN ')) return [];
  const ends = [...text.matchAll(PEM_END)].map((end) => ({ at: end.index, length: end[0].length }));
  const keys: Span[] = [];
  let next = 0;
  for (const begin of text.matchAll(PEM_BEGIN)) {
    if (begin.index < (keys.at(-1)?.to ?? 0)) continue;
    const bodyAt = begin.index + begin[0].length;
    while ((ends[next]?.at ?? Number.POSITIVE_INFINITY) < bodyAt) next += 1;
    const end = ends[next];
    const whole = end !== undefined && end.at - bodyAt <= PEM_MAX;
    const to = whole ? end.at + end.length : endOfPemBody(text, bodyAt);
    keys.push({ from: begin.index, to });
  }
  return keys;
}

const PEM_BODY = /[A-Za-z0-9+/=\s\\]*/y;

function endOfPemBody(text: string, from: number): number {
  PEM_BODY.lastIndex = from;
  return from + (PEM_BODY.exec(text)?.[0].length ?? 0);
}
