import { isSecretName } from '../../evidence/redact.ts';

/** What a literal under a secret's name is shown as. The redaction of outputs leaves it as it is. */
export const HIDDEN_VALUE = '[REDACTED:env]';

const SECRET_PART =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PASS|SECRET|TOKEN|APIKEY|CREDENTIALS?)(?:_|$)/i;
const SECRET_END = /(?:^|_)(?:KEY|AUTH|DSN)$/i;
/** `TOKEN_URL` and `SECRET_NAME` say where the secret is, or something about it. */
const ABOUT_A_SECRET =
  /_(?:FILE|PATH|DIR|URL|URI|HOST|PORT|NAME|TTL|TIMEOUT|SECONDS|MS|ENABLED|ISSUER)$/i;

/** Stricter than for running text: a literal in a pod's spec is a whole value, and few of them are prose. */
export function holdsSecret(name: string): boolean {
  if (ABOUT_A_SECRET.test(name)) return false;
  return isSecretName(name) || SECRET_PART.test(name) || SECRET_END.test(name);
}
