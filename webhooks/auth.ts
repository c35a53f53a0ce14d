import type { Secret } from '../src/config/secret.ts';
import { type Answer, refusal } from '../src/web/answer.ts';
import { checkCredentials } from '../src/web/credentials.ts';
import { type Caller, isLocalCaller } from '../src/web/local-caller.ts';

const reasons = {
  missing: 'The request has no Authorization header.',
  unusable:
    'The Authorization header is neither "Bearer <token>" nor "Basic <base64 of user:token>".',
  wrong: 'The token is none of those in WEBHOOK_TOKEN.',
};

const challenge = {
  'WWW-Authenticate': 'Bearer realm="probable-cause", Basic realm="probable-cause"',
};

/**
 * Why a sender is turned away, or null. Alertmanager can present a bearer token (`authorization`) or a
 * password (`basic_auth`, any user name); it signs nothing. Without tokens only programs on this machine
 * may send.
 */
export function refuseSender(
  authorization: string | undefined,
  caller: Caller,
  tokens: readonly Secret[],
): Answer | null {
  if (tokens.length === 0) {
    if (isLocalCaller(caller)) return null;
    const message =
      'Without WEBHOOK_TOKEN webhooks are taken only from programs on the same machine that call it by a ' +
      'loopback name. Set WEBHOOK_TOKEN here and the same token in the sender.';
    return refusal(403, { error: 'forbidden', message });
  }
  const problem = checkCredentials(authorization, tokens, ['bearer', 'basic']);
  if (problem === null) return null;
  const advice =
    'Send one of WEBHOOK_TOKEN as a bearer token, or as the password of basic authentication.';
  const message = `${reasons[problem]} ${advice}`;
  return refusal(401, { error: 'unauthorized', message }, challenge);
}
