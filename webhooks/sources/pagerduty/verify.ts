import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../../src/config/secret.ts';
import { type Answer, refusal } from '../../../src/web/answer.ts';
import type { SenderSecrets, SignedRequest } from '../source.ts';

const HEADER = 'X-PagerDuty-Signature';
const challenge = { 'WWW-Authenticate': `${HEADER} realm="probable-cause"` };

/**
 * While a secret is being replaced PagerDuty signs with both, and one right signature is enough. Nothing in it
 * says when it was sent: a body that is replayed is known by the id of its event.
 * https://developer.pagerduty.com/docs/verifying-webhook-signatures
 */
export function verify(
  { header, body }: SignedRequest,
  { pagerduty: secrets }: SenderSecrets,
): Answer | null {
  if (secrets.length === 0) {
    const message =
      'PagerDuty is believed only what it has signed. Set PAGERDUTY_WEBHOOK_SECRETS to the secret that PagerDuty ' +
      'showed when the webhook subscription was made.';
    return refusal(403, { error: 'forbidden', message });
  }
  const signatures = signaturesIn(header(HEADER));
  if (signatures.length === 0) {
    const message = `The request has no ${HEADER} header with a signature of version 1 (v1=<hex of 32 bytes>).`;
    return refusal(401, { error: 'unauthorized', message }, challenge);
  }
  if (isSigned(body, signatures, secrets)) return null;
  const message =
    'No signature of the request fits its body and one of PAGERDUTY_WEBHOOK_SECRETS. Are they those of this ' +
    'subscription, and does nothing in between change the body?';
  return refusal(401, { error: 'unauthorized', message }, challenge);
}

function signaturesIn(header = ''): Buffer[] {
  return header
    .split(',')
    .flatMap((part) => /^\s*v1=([0-9a-f]{64})\s*$/i.exec(part)?.[1] ?? [])
    .map((hex) => Buffer.from(hex, 'hex'));
}

/** Takes as long for a wrong signature as for a right one, whichever secret is right. */
function isSigned(body: Uint8Array, signatures: Buffer[], secrets: readonly Secret[]): boolean {
  let signed = false;
  for (const secret of secrets) {
    const wanted = createHmac('sha256', secret.reveal()).update(body).digest();
    for (const signature of signatures) signed = timingSafeEqual(wanted, signature) || signed;
  }
  return signed;
}
