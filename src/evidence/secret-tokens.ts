import { type Detector, hasDigit, isMixed } from './detector.ts';

/** Where a word may begin: also after `\n` or `=`, as JSON escapes them. */
const START = String.raw`(?:(?<![\w-])|(?<=\\[bfnrt]|\\u00[0-9a-f]{2}))`;

/** A token whose issuer made it recognisable: by one of the words `beside`, to begin with. */
function token(
  kind: string,
  beside: readonly string[],
  form: string,
  accept?: Detector['accept'],
): Detector {
  const pattern = new RegExp(`${START}(?<secret>${form})`, 'g');
  return { kind, beside, pattern, ...(accept === undefined ? {} : { accept }) };
}

export const TOKENS: readonly Detector[] = [
  token('jwt', ['eyj'], String.raw`eyJ[\w-]{8,8192}\.[\w-]{4,8192}\.[\w-]{0,8192}`),
  token('anthropic-key', ['sk-ant-'], String.raw`sk-ant-[\w-]{16,512}`),
  // A pod may well be called sk-…; a key has capitals, which no Kubernetes name has.
  token('api-key', ['sk-'], String.raw`sk-[\w-]{20,512}`, isMixed),
  token(
    'stripe-key',
    ['k_live_', 'k_test_', 'whsec_'],
    String.raw`(?:[rs]k_(?:live|test)|whsec)_\w{16,256}`,
  ),
  token('slack-token', ['xox', 'xapp-'], String.raw`(?:xox[a-z]|xapp)-[\w-]{10,256}`),
  token(
    'github-token',
    ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    String.raw`(?:gh[pousr]_\w{30,256}|github_pat_\w{20,256})`,
  ),
  token(
    'gitlab-token',
    ['glpat-', 'glrt-', 'gldt-', 'glcbt-', 'glptt-', 'glsoat-', 'glagent-'],
    String.raw`gl(?:pat|rt|dt|cbt|ptt|soat|agent)-[\w-]{20,256}`,
    hasDigit,
  ),
  token('npm-token', ['npm_'], String.raw`npm_[A-Za-z0-9]{36}(?!\w)`),
  token('pypi-token', ['pypi-'], String.raw`pypi-[\w-]{50,512}`, isMixed),
  token('docker-token', ['dckr_'], String.raw`dckr_[a-z]{3}_[\w-]{20,256}`),
  token('sendgrid-key', ['sg.'], String.raw`SG\.[\w-]{16,64}\.[\w-]{16,64}`),
  token('twilio-key', ['sk'], String.raw`SK[0-9a-f]{32}(?!\w)`),
  token('vault-token', ['hvb.', 'hvs.', 'hvr.'], String.raw`hv[bsr]\.[\w-]{20,512}`),
  token('digitalocean-token', ['_v1_'], 'do[opr]_v1_[0-9a-f]{64}'),
  token('telegram-token', [':aa'], String.raw`\d{8,10}:AA[\w-]{33}(?![\w-])`),
  token('google-key', ['aiza'], String.raw`AIza[\w-]{35}(?![\w-])`),
  token(
    'google-token',
    ['ya29.', 'gocspx-'],
    String.raw`(?:ya29\.[\w-]{20,2048}|GOCSPX-[\w-]{20,64})`,
  ),
  // What gzip makes, such as a release of Helm: nobody reads it, and nothing here looks into it.
  token('encoded', ['h4si'], 'H4sI[A-Za-z0-9+/_-]{36,}={0,2}'),
  token('aws-id', ['akia', 'asia'], 'A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])'),
];
