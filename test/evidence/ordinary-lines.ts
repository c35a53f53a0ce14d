import { ALNUM, DIGITS, HEX, LOWER, type Random } from './random.ts';

const WORDS = [
  ...['checkout', 'orders', 'billing', 'gateway', 'inventory', 'payments', 'search', 'worker'],
  ...[
    'scheduler',
    'frontend',
    'cache',
    'ingress',
    'metrics',
    'queue',
    'token-service',
    'secret-store',
    'password-reset',
  ],
] as const;

const hex = (random: Random, length: number) => random.text(length, HEX);
const number = (random: Random, below: number) => String(random.int(below));
const word = (random: Random) => random.pick(WORDS);
const pod = (random: Random) =>
  `${word(random)}-${hex(random, 10)}-${random.text(5, LOWER + DIGITS)}`;
const uuid = (random: Random) => [8, 4, 4, 4, 12].map((length) => hex(random, length)).join('-');
const time = (random: Random) =>
  `2026-11-2${number(random, 9)}T0${number(random, 9)}:1${number(random, 9)}:2${number(random, 9)}.${random.text(3, DIGITS)}Z`;
const address = (random: Random) =>
  `10.${number(random, 256)}.${number(random, 256)}.${number(random, 256)}:${1024 + random.int(60_000)}`;
const sentence = (random: Random) =>
  `${word(random)} ${random.pick(['took', 'missed', 'lost', 'sent'])} ${number(random, 900)} messages to ${word(random)}`;

/** What logs, events and descriptions are full of, and what looks most like a secret without being one. */
const LINES: readonly [(random: Random) => string, ...((random: Random) => string)[]] = [
  (r) => `${time(r)} INFO request ${uuid(r)} took ${number(r, 900)}ms`,
  (r) => `trace_id=${hex(r, 32)} span_id=${hex(r, 16)} sampled=true`,
  (r) => `Pulling image "registry.example.com/${word(r)}/${word(r)}@sha256:${hex(r, 64)}"`,
  (r) => `commit ${hex(r, 40)} deployed to ${word(r)} by ci`,
  (r) => `pod ${pod(r)} OOMKilled, exit 137, restarts ${number(r, 90)}`,
  (r) =>
    `GET https://${word(r)}.example.com/v1/${word(r)}/${uuid(r)}?page=${number(r, 90)}&sort=asc 200`,
  (r) => `GET /api/search?q=${encodeURIComponent(sentence(r))}&limit=20 500`,
  (r) => `dial tcp ${address(r)}: connect: connection refused`,
  (r) => `lookup ${word(r)}-db.${word(r)}.svc.cluster.local on ${address(r)}: no such host`,
  (r) =>
    `   at com.example.${word(r)}.${word(r)}Service.handle(${word(r)}Service.java:${number(r, 999)})`,
  (r) =>
    `    at ${word(r)} (/usr/src/app/node_modules/${word(r)}/dist/index.js:${number(r, 999)}:${number(r, 99)})`,
  (r) =>
    `goroutine ${number(r, 999)} [running]: main.(*${word(r)}).Run(0xc000${hex(r, 6)}, 0x${hex(r, 8)})`,
  (r) =>
    `http_requests_total{job="${word(r)}",instance="${address(r)}",code="500"} ${number(r, 9999)}`,
  (r) => `rate(${word(r)}_bucket_total{namespace="shop",pod="${pod(r)}"}[5m]) > 0.${number(r, 99)}`,
  (r) => `kube_secret_info{namespace="shop",secret="${word(r)}-db"} 1`,
  (r) => `MountVolume.SetUp failed for volume "${word(r)}": secret "${word(r)}-db" not found`,
  (r) => `couldn't find key ${word(r)}_PASSWORD in Secret shop/${word(r)}-db`,
  (r) => `secretName: ${word(r)}-tls, imagePullSecrets: regcred, tokens: ${number(r, 99)}`,
  (r) => `token_count=${number(r, 9999)} max_tokens=4096 password_attempts=${number(r, 9)}`,
  () => 'invalid token: expired',
  (r) => `password authentication failed for user "${word(r)}"`,
  (r) => `{"level":"warn","ts":"${time(r)}","id":"${uuid(r)}","msg":"${sentence(r)}"}`,
  (r) => `payload ${Buffer.from(sentence(r)).toString('base64')} rejected`,
  (r) =>
    `body=${Buffer.from(JSON.stringify({ id: uuid(r), note: sentence(r) })).toString('base64')}`,
  (r) => `etag W/"${hex(r, 12)}-${r.text(27, ALNUM)}" md5 ${hex(r, 32)} sha1 ${hex(r, 40)}`,
  (r) =>
    `/var/lib/kubelet/pods/${uuid(r)}/volumes/kubernetes.io~projected/kube-api-access-${r.text(5, LOWER)}`,
  (r) =>
    `kafka offset=${number(r, 99999)} partition=${number(r, 9)} key=${uuid(r)} routing_key=${word(r)}.created`,
  (r) => `cache key ${word(r)}:${word(r)}:${number(r, 99999)} evicted, ${number(r, 99)}% full`,
  (r) => `${time(r)} user:${number(r, 999)} session started from ${address(r)}`,
  (r) =>
    `docker run -u 1000:1000 -p 8080:80 ${word(r)}:${number(r, 9)}.${number(r, 99)}.0-${hex(r, 7)}`,
  (r) =>
    `container_id=containerd://${hex(r, 64)} node=ip-10-0-${number(r, 99)}-${number(r, 99)}.ec2.internal`,
  (r) => `sk-${word(r)}-server-${hex(r, 10)}-${r.text(5, LOWER)} is running`,
  (r) => `x-request-id: ${uuid(r)} x-forwarded-for: ${address(r)}`,
  (r) => `password=$(DB_PASSWORD) token=<none> secret=*** api_key=null attempt=${number(r, 9)}`,
];

export function ordinaryLine(random: Random): string {
  return random.pick(LINES)(random);
}
