import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, isSecretName } from '../../src/evidence/redact.ts';

const redact = createRedactor('test-key');

// Made up for these tests, and split so that no scanner takes this file for a leak.
const AWS_ID = `AKIA${'IOSFODNN7EXAMPLE'}`;
const AWS_SECRET = `wJalrXUtnFEMI/K7MDENG/${'bPxRfiCYEXAMPLEKEY'}`;
const JWT = `eyJhbGciOiJIUzI1NiJ9.${'eyJzdWIiOiIxMjM0NTY3ODkwIn0'}.${'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P'}`;
const PEM_BODY = `MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj`;
const PEM = `-----BEGIN PRIVATE KEY-----\n${PEM_BODY}\n${PEM_BODY}\n-----END PRIVATE KEY-----`;

const SECRETS: [kind: string, text: string, secret: string][] = [
  ['aws-id', `credentials for ${AWS_ID} expired`, AWS_ID],
  ['aws-secret', `id ${AWS_ID} key ${AWS_SECRET}`, AWS_SECRET],
  ['api-key', `aws_secret_access_key = ${AWS_SECRET}`, AWS_SECRET],
  ['jwt', `got ${JWT} from caller`, JWT],
  ['authorization', `Authorization: Bearer abcdef0123456789`, 'abcdef0123456789'],
  ['authorization', `authorization: basic dXNlcjpodW50ZXIy`, 'dXNlcjpodW50ZXIy'],
  ['authorization', `{"Authorization":["Bearer abc-12345"]}`, 'abc-12345'],
  ['authorization', `{\\"authorization\\":\\"Bearer abc-12345\\"}`, 'abc-12345'],
  ['authorization', `curl with bearer 0123456789abcdef0 failed`, '0123456789abcdef0'],
  ['password', `password=hunter2 user=app`, 'hunter2'],
  ['password', `DB_PASSWORD=hunter2`, 'hunter2'],
  ['password', `passwd: hunter2`, 'hunter2'],
  ['password', `password: letmein`, 'letmein'],
  ['password', `{"password":"hun\\"ter2","user":"app"}`, 'hun\\"ter2'],
  ['password', `{"body":"{\\"password\\":\\"hunter2\\"}"}`, 'hunter2'],
  ['password', `{"password":"hunter2 and it was cut o`, 'hunter2'],
  ['password', `Server=db;User Id=sa;Pwd=s3cr3t;Encrypt=true`, 's3cr3t'],
  ['password', `migrate --db-password hunter2 up`, 'hunter2'],
  ['token', `node server.js --api-token hunter2 --port=8080`, 'hunter2'],
  ['token', `command:\n  - node\n  - --api-token\n  - hunter2\n`, 'hunter2'],
  ['password', `- "--db-password"\n- "hunter2"`, 'hunter2'],
  ['token', `"args":["--api-token","hunter2"]`, 'hunter2'],
  ['token', `[\\"--api-token\\",\\"hunter2\\"]`, 'hunter2'],
  ['secret', `client_secret=abc123&grant_type=x`, 'abc123'],
  ['token', `GET /hook?token=abc123&x=1`, 'abc123'],
  ['token', `{"refresh_token": "abc123"}`, 'abc123'],
  ['api-key', `x-api-key: abc123`, 'abc123'],
  ['api-key', `apiKey='abc 123'`, 'abc 123'],
  ['password', `dial postgres://orders:p@ss:w0rd@orders-db:5432/orders`, 'p@ss:w0rd'],
  ['password', `redis://:hunter2@cache:6379`, 'hunter2'],
  ['slack-token', `slack xoxb-1234567890-abcdefghij`, 'xoxb-1234567890-abcdefghij'],
  ['slack-webhook', `https://hooks.slack.com/services/T000/B000/XXXXYYYY1`, 'T000/B000/XXXXYYYY1'],
  ['github-token', `push with ghp_${'a1B2'.repeat(9)} failed`, `ghp_${'a1B2'.repeat(9)}`],
  ['github-token', `github_pat_${'a1B2_'.repeat(9)}`, `github_pat_${'a1B2_'.repeat(9)}`],
  ['anthropic-key', `key sk-ant-api03-${'a1B2-'.repeat(9)}x`, `sk-ant-api03-${'a1B2-'.repeat(9)}x`],
  ['api-key', `key sk-proj-${'a1B2'.repeat(9)}`, `sk-proj-${'a1B2'.repeat(9)}`],
  ['google-key', `key AIza${'a1B2c'.repeat(7)}`, `AIza${'a1B2c'.repeat(7)}`],
  ['pem', `loaded ${PEM} ok`, PEM_BODY],
  ['pem', `{"key":"${PEM.replaceAll('\n', '\\n')}"}`, PEM_BODY],
  ['pem', `-----BEGIN RSA PRIVATE KEY-----\n${PEM_BODY}`, PEM_BODY],
  ['pem', `2026-11-21T03:00:00Z ${PEM_BODY}`, PEM_BODY],
  ['password', `{"name":"DB_PASSWORD","value":"hunter2"}`, 'hunter2'],
  ['password', `{\\"name\\":\\"DB_PASSWORD\\",\\"value\\":\\"hunter2\\"}`, 'hunter2'],
  ['password', `- name: DB_PASSWORD\n  value: hunter2\n`, 'hunter2'],
  ['password', `<add key="DB_PASSWORD" value="hunter2"/>`, 'hunter2'],
  ['password', `<password>hunter2</password>`, 'hunter2'],
  ['password', `password:\n  hunter2\nport: 5432`, 'hunter2'],
  ['password', `password: |\n  hunter2\nport: 5432`, 'hunter2'],
  ['password', `{"password":["hunter2","hunter3"]}`, 'hunter3'],
  ['password', `DB_PASS=hunter2`, 'hunter2'],
  ['password', `curl -s -u admin:hunter2 https://x`, 'hunter2'],
  ['password', `["curl","--user","admin:hunter2"]`, 'hunter2'],
  ['password', `mysqldump -u root -phunter2 orders`, 'hunter2'],
  ['password', `redis-cli -h cache -a hunter2 ping`, 'hunter2'],
  ['password', `sshpass -p hunter2 ssh app@host`, 'hunter2'],
  ['password', `requirepass hunter2`, 'hunter2'],
  ['password', `machine x.example login app password hunter2`, 'hunter2'],
  ['password', `ALTER ROLE app WITH PASSWORD 'hunter2'`, 'hunter2'],
  ['cookie', `Cookie: a=b; session=hunter2`, 'hunter2'],
  ['cookie', `{"set-cookie":["session=hunter2; Path=/"]}`, 'hunter2'],
  ['signature', `https://x.example/b?sv=1&sig=abc%2Bdef123`, 'abc%2Bdef123'],
  [
    'signature',
    `{"url":"https://x/b?a=1\\u0026X-Amz-Signature=0123456789abcdef"}`,
    '0123456789abcdef',
  ],
  ['authorization', `Authorization: Digest username="a", response="0123abcd"`, '0123abcd'],
  [
    'authorization',
    `Authorization: AWS4-HMAC-SHA256 Credential=x/y, Signature=0123abcd`,
    '0123abcd',
  ],
  ['authorization', `Authorization: 0123456789abcdef0`, '0123456789abcdef0'],
  ['npm-token', `npm_${'a1B2'.repeat(9)}`, `npm_${'a1B2'.repeat(9)}`],
  ['stripe-key', `sk_live_${'a1B2'.repeat(6)}`, `sk_live_${'a1B2'.repeat(6)}`],
  ['vault-token', `hvs.${'a1B2'.repeat(9)}`, `hvs.${'a1B2'.repeat(9)}`],
  ['github-token', `{"log":"one\\nghp_${'a1B2'.repeat(9)}"}`, `ghp_${'a1B2'.repeat(9)}`],
  ['encoded', `?q=up%7Bpassword%3D%22hunter2%22%7D`, 'hunter2'],
  ['encoded', `?q=migrate+--db-password+hunter2+up`, 'hunter2'],
  ['encoded', `data ${btoa('DB_PASSWORD=hunter2')} end`, btoa('DB_PASSWORD=hunter2')],
  ['password', `orders:hunter2@tcp(orders-db:3306)/orders`, 'hunter2'],
  ['password', `postgres://orders:hunt/er2@orders-db/orders`, 'er2'],
  ['password', `postgres://orders:hunt#er2@orders-db/orders`, 'er2'],
  ['password', `postgres://orders:hunter2${'x'.repeat(300)}@orders-db/orders`, 'hunter2'],
  ['password', `postgres://orders:hunte… (5000 characters)`, 'hunte'],
  ['password', `dial postgres://orders:hunte`, 'hunte'],
  ['password', `password\\u003dhunter2`, 'hunter2'],
  ['password', `password1=hunter2`, 'hunter2'],
  ['password', `password_old=hunter2`, 'hunter2'],
  ['token', `{"tokens":["hunter2-hunter2"]}`, 'hunter2'],
  ['password', `pass: hunter2`, 'hunter2'],
  ['password', `Password: (string) (len=7) "hunter2"`, 'hunter2'],
  ['password', `Password:(string) "hunter2"`, 'hunter2'],
  ['password', `('password', 'hunter2')`, 'hunter2'],
  ['password', `{"value":"hunter2","name":"DB_PASSWORD"}`, 'hunter2'],
  ['encoded', `release H4sIAAAAAAAA${'a1B2'.repeat(12)}== stored`, 'H4sIAAAA'],
  ['pem', `${PEM_BODY.repeat(2).slice(0, 76)}\n${PEM_BODY.slice(0, 20)}`, PEM_BODY.slice(0, 20)],
  [
    'encoded',
    `/p/${encodeURIComponent(btoa('DB_PASSWORD=hunter2'))}`,
    btoa('DB_PASSWORD=').slice(0, 12),
  ],
];

const ORDINARY = [
  '- --token\n- --verbose',
  '- --password-file\n- /etc/db/password',
  'pod 1f0c9a52-8a52-4f0e-9f4e-0c5d3c1a7b1e restarted',
  'image registry.example/shop/checkout@sha256:9b74c9897bac770ffc029102a200c5de8b2f7e3a5d1c4b6a7e8f9d0c1b2a3f4e',
  'commit 3f786850e387550fdab836ed7e6dc881de23001b deployed by ci',
  'checkout-6b9f7c9d4-x2x4p OOMKilled, exit 137',
  'secret "orders-db" not found',
  'references non-existent secret key: url',
  "couldn't find key DB_PASSWORD in Secret shop/orders-db",
  'invalid token: expired',
  'Basic authentication failed for user app',
  'Bearer authentication required',
  'secretName: orders-db, imagePullSecrets: regcred',
  'max_tokens=4096 token_count=17 tokens: 5',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell reference, not a template
  'password=$(DB_PASSWORD) token=${TOKEN} secret=<none> password=null password=***',
  'PWD=/usr/src/app GOOGLE_APPLICATION_CREDENTIALS=/etc/keys/sa.json',
  'GET http://orders-db:5432/x?y=z 500 from ops@example.com',
  'git clone ssh://git@example.com/shop.git',
  'sk-inference-server-7d9f8c6b54-abcde is running',
  'etag W/"5d8c72a5edda8-dGhpcyBpcyBqdXN0IGEgdGVzdA"',
  '-----BEGIN CERTIFICATE-----',
  'password authentication failed for user "orders"',
  'kube_secret_info{namespace="shop", secret="orders-db"} 1',
  'volumes:\n- name: db\n  secret:\n    secretName: orders-db',
  'name: DB_PASSWORD\nvalueFrom:\n  secretKeyRef:\n    name: orders-db',
  'basic_auth:\n  username: app',
  'docker run -u 1000:1000 -p 8080:80 shop/mysql -v',
  'nc -zv mysql 3306 --port 1',
  'routing_key=orders.created',
  '12 pass: 10 fail: 2, bypass=1',
  `payload ${btoa('the quick brown fox jumps over the lazy dog')}`,
  'GET /search?q=no%20secret%20here%2C%20only%20words+and+more 200',
  '--- PASS: TestCheckout2 (0.01s)',
  '"tokens":["the","cat"] and tokens: [1, 2, 3]',
  "os.getenv('DB_PASSWORD', 'unset')",
  '{"value":"hunter2","name":"DB_HOST"}',
  'see http://orders-db:5432/a/b?to=ops@example.com and http://orders-db:5432',
  'pulled docker://redis:latest',
  'at com.example.shop.payment.gateway.client.PaymentGatewayClient.charge(PaymentGatewayClient.java:214)',
];

describe('createRedactor', () => {
  it.each(SECRETS)('redacts %s in %j', (kind, text, secret) => {
    const result = redact(text);
    expect(result).not.toContain(secret);
    expect(result).toMatch(new RegExp(`\\[REDACTED:${kind}:[0-9a-f]{8}\\]`));
  });

  it.each(ORDINARY)('leaves %j as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each(SECRETS)('changes nothing the second time (%s in %j)', (_kind, text) => {
    expect(redact(redact(text))).toBe(redact(text));
  });

  it('keeps what surrounds a secret: user, host, separators', () => {
    expect(redact('postgres://orders:hunter2@orders-db:5432/orders')).toMatch(
      /^postgres:\/\/orders:\[REDACTED:password:[0-9a-f]{8}\]@orders-db:5432\/orders$/,
    );
    expect(redact('{"password":"hunter2","user":"app"}')).toMatch(
      /^\{"password":"\[REDACTED:password:[0-9a-f]{8}\]","user":"app"\}$/,
    );
  });

  it('gives the same secret the same placeholder wherever it stands, and another key another one', () => {
    const inUrl = redact('redis://app:hunter2@cache').match(/\[REDACTED[^\]]*\]/)?.[0];
    expect(inUrl).toBeDefined();
    expect(redact('password=hunter2')).toBe(`password=${inUrl}`);
    expect(redact('DB_PASSWORD: "hunter2"')).toBe(`DB_PASSWORD: "${inUrl}"`);
    expect(redact('password=hunter3')).not.toBe(`password=${inUrl}`);
    expect(createRedactor('other')('password=hunter2')).not.toBe(`password=${inUrl}`);
  });

  it('takes all of a text for a secret when its name says so', () => {
    expect(redact('correct horse', 'DB_PASSWORD')).toMatch(/^\[REDACTED:password:[0-9a-f]{8}\]$/);
    expect(redact('/usr/src/app', 'PWD')).toBe('/usr/src/app');
    expect(redact('orders-db', 'secretName')).toBe('orders-db');
  });

  it('finds a secret whatever stands before it', () => {
    const noise = fc.constantFrom(
      ...[
        'password',
        '=',
        ':',
        '"',
        '\\',
        '\\"',
        'token',
        ' ',
        '\n',
        '@',
        '://',
        'eyJ',
        '.',
        'a1B',
      ],
      ...['Bearer ', PEM, '-----BEGIN PRIVATE KEY-----', '[REDACTED:', ']', '--secret ', AWS_ID],
    );
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 40 }), (parts) => {
        const text = `${parts.join('')} db_password=s3cr3t-hunter-2 `;
        expect(redact(text)).not.toContain('s3cr3t-hunter-2');
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    'password="a" ',
    'password=',
    '://a:',
    '://a:b',
    'eyJ-',
    'eyJaaaaaaaa.',
    '-----BEGIN PRIVATE KEY-----',
    'pwd="/',
    'pwd=\\"/',
    'authorization: bearer ',
    'sk-',
    'A',
    'aA1',
    '--password ',
    '\\',
    '{"token":',
    'AKIA',
    'name: password value',
    'name=password\\n',
    'name:aaaaaaaaaaaaaaaa',
    'password: |\n  a',
    'password:["',
    'password:["",',
    'authorization: x a=b,',
    'cookie: a=b; ',
    'cookie:a=',
    'curl -u a',
    ' -u a:b',
    'mysql -p',
    ' -pa',
    'redis-cli -a ',
    'sshpass ',
    '<password>',
    'login a password ',
    '%41',
    "'%41",
    'a+',
    'cGFzc3dvcmQ9aHVudGVyMg',
    'cGFzc3dvcmQ9aHVudGVyMg== ',
    'password%3Dhunter2 ',
    '?sig=',
    '/bot1:',
    'a+%252Baaaaaa ',
    'token%253A+%2525 ',
    'ZEc5clpXNDZJR0VnWWlCag ',
    '@tcp(a:',
    "('password', ",
    '{"value":"a","name":"',
    'H4sI',
    'pass: a1',
    '","value":"',
  ])('reads half a megabyte of %j without quadratic work', { timeout: 10_000 }, (piece) => {
    const text = piece.repeat(Math.ceil(500_000 / piece.length));
    expect(redact(text).length).toBeGreaterThan(0);
  });
});

describe('decoding', () => {
  it('of a text that is made to cost as much as it can ends, and leaves nothing encoded unread', () => {
    const hostile = Array.from({ length: 70_000 }, (_, n) => `a${n}+%252Btoken%253A `).join('');
    const secret = encodeURIComponent('password="hunter2"');
    const redacted = redact(`${secret} ${hostile}${secret}`);
    expect(redacted).not.toContain('hunter2');
    expect(redacted).toMatch(/^\[REDACTED:encoded:\w{8}\] a0\+/);
    expect(redacted).toMatch(/\[REDACTED:encoded:\w{8}\]$/);
  });

  it('reads every line of an ordinary log of requests', () => {
    const line = (n: number) =>
      `GET /search?q=red%20shoes%20${n}&page=2 200 trace ${n.toString(16).padStart(32, '0')}`;
    const log = Array.from({ length: 10_000 }, (_, n) => line(n)).join('\n');
    expect(redact(log)).toBe(log);
  });
});

describe('isSecretName', () => {
  it.each([
    'DB_PASSWORD',
    'password_old',
    'token2',
    'apiKey',
    'client-secret',
    'GITHUB_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
  ])('takes %s for one', (name) => {
    expect(isSecretName(name)).toBe(true);
  });
  it.each(['secretName', 'TOKEN_URL', 'PASSWORD_FILE', 'KEY', 'monkey', 'tokens'])(
    'does not take %s for one',
    (name) => {
      expect(isSecretName(name)).toBe(false);
    },
  );
});
