import { ALNUM, DIGITS, HEX, type Random, UPPER } from './random.ts';

export interface Sample {
  text: string;
  secret: string;
}

/** A secret, and the text that shows it; `about` is what stands around it, with `SECRET` in its place. */
const kind =
  (secret: (random: Random) => string, about: string) =>
  (random: Random): Sample => {
    const made = secret(random);
    return { secret: made, text: about.replace('SECRET', () => made) };
  };

const alnum = (length: number) => (random: Random) => `a1B${random.text(length - 3, ALNUM)}`;
const hex = (length: number) => (random: Random) => `a1${random.text(length - 2, HEX)}`;
const prefixed =
  (prefix: string, length: number, alphabet = ALNUM) =>
  (random: Random) =>
    `${prefix}${random.text(length, alphabet)}`;
/** What people and generators of passwords choose, but for what ends a value that has no quotes. */
const password = (random: Random) =>
  `${random.text(8, `${ALNUM}!#%^*_+-.`)}${random.text(1, DIGITS)}x`;
const base64Url = `${ALNUM}-_`;
const jwt = (random: Random) =>
  `eyJhbGciOiJIUzI1NiJ9.eyJ${random.text(60, base64Url)}.${random.text(43, base64Url)}`;
const pemBody = (random: Random) => `MIIEvQ${random.text(58, ALNUM)}`;

/** Forty kinds of secret in the words in which logs, configurations and command lines show them. */
export const KINDS: Record<string, (random: Random) => Sample> = {
  'env assignment': kind(password, 'starting with DB_PASSWORD=SECRET LOG_LEVEL=info'),
  'PGPASSWORD before a command': kind(password, 'PGPASSWORD=SECRET psql -h orders-db'),
  'env as name and value in JSON': kind(password, '{"name":"DB_PASSWORD","value":"SECRET"}'),
  'env as name and value in YAML': kind(
    password,
    'env:\n  - name: DB_PASSWORD\n    value: SECRET\n  - name: B\n',
  ),
  'JSON field': kind(password, '{"user":"app","password":"SECRET","db":1}'),
  'JSON list': kind(password, '{"password":["SECRET"],"user":["app"]}'),
  'YAML field': kind(password, 'user: app\npassword: SECRET\nport: 5432\n'),
  'YAML field with its value below': kind(password, 'password:\n  SECRET\nport: 5432\n'),
  'YAML block': kind(password, 'token: |\n  SECRET\nport: 5432\n'),
  'XML element': kind(password, '<db><password>SECRET</password></db>'),
  'connection string': kind(alnum(12), 'Server=db;User Id=sa;Pwd=SECRET;Encrypt=true'),
  'database URL': kind(alnum(14), 'dial postgres://orders:SECRET@orders-db:5432/orders failed'),
  'curl -u': kind(alnum(14), 'run: curl -s -u admin:SECRET https://api.example.com/v1'),
  'curl --user': kind(alnum(14), 'curl --user admin:SECRET https://api.example.com/v1'),
  'mysql -p': kind(alnum(14), 'mysqldump -h orders-db -u root -pSECRET orders'),
  'option of a command': kind(alnum(14), 'migrate --db-password SECRET up'),
  'bearer header': kind(alnum(40), 'Authorization: Bearer SECRET'),
  'basic header': kind(alnum(24), 'authorization: Basic SECRET'),
  'digest header': kind(
    hex(32),
    'Authorization: Digest username="a", nonce="n1", response="SECRET"',
  ),
  'key header': kind(alnum(24), 'X-Api-Key: SECRET'),
  cookie: kind(alnum(32), 'Cookie: theme=dark; session=SECRET'),
  'set-cookie': kind(alnum(32), 'Set-Cookie: session=SECRET; Path=/; HttpOnly'),
  'Azure SAS': kind(alnum(43), 'GET https://a.blob.core.windows.net/c/b?sv=2022-11-02&sig=SECRET'),
  'AWS presigned URL': kind(
    hex(64),
    'GET https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature=SECRET',
  ),
  'Azure storage key': kind(alnum(86), 'AccountName=shop;AccountKey=SECRET==;EndpointSuffix=x'),
  'AWS id': kind(prefixed('AKIA', 16, UPPER + DIGITS), 'credentials for SECRET expired'),
  JWT: kind(jwt, 'got SECRET from caller'),
  'private key': kind(pemBody, '-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n'),
  'Anthropic key': kind(prefixed('sk-ant-api03-', 40), 'calling with SECRET now'),
  'GitHub token': kind(prefixed('ghp_', 36), 'push with SECRET failed'),
  'GitLab token': kind(prefixed('glpat-1', 19), 'clone with SECRET failed'),
  'npm token': kind(prefixed('npm_', 36), 'publish with SECRET failed'),
  'Slack token': kind(prefixed('xoxb-', 24), 'slack SECRET revoked'),
  'Slack webhook': kind(alnum(24), 'POST https://hooks.slack.com/services/T0AB/B0CD/SECRET 404'),
  'Discord webhook': kind(alnum(68), 'POST https://discord.com/api/webhooks/11223344/SECRET 404'),
  'Telegram bot': kind(prefixed('12345678:AA', 33), 'POST https://api.telegram.org/botSECRET/send'),
  'SendGrid key': kind(
    (random) => `SG.${random.text(22, ALNUM)}.${random.text(43, ALNUM)}`,
    'mail by SECRET failed',
  ),
  'Stripe key': kind(prefixed('sk_live_', 24), 'charge with SECRET failed'),
  'Vault token': kind(prefixed('hvs.', 90), 'lookup of SECRET failed'),
  'DigitalOcean token': kind(prefixed('dop_v1_', 64, HEX), 'doctl with SECRET failed'),
  'Twilio key': kind(prefixed('SK', 32, HEX), 'sms by SECRET failed'),
  'PagerDuty key': kind(hex(32), '{"routing_key":"SECRET","event_action":"trigger"}'),
  'Datadog key': kind(hex(32), 'DD_API_KEY=SECRET DD_SITE=datadoghq.eu'),
};
