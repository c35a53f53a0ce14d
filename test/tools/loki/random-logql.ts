import { ALNUM, type Random } from '../../evidence/random.ts';

const LABELS = ['app', 'namespace', 'pod', 'container', 'level', 'by', 'sum'] as const;
const VALUES = [
  'shop',
  'kube-system',
  '.*',
  '.+',
  '',
  'a|kube-system',
  '{namespace="kube-system"}',
  '} or {namespace="kube-system"',
  '# {namespace="kube-system"}',
  'it is "quoted"',
  'back\\slash',
  "o'clock",
  '/* x */ // y',
  'ünïcode ☃',
  '{{.namespace}}',
] as const;
const OPERATORS = ['=', '!=', '=~', '!~'] as const;
const BLANKS = ['', '', ' ', '  ', '\n', '\t', ' # {namespace="kube-system"}\n', ' #"`\n'] as const;

/** Queries out of the grammar of LogQL, with texts and comments that look like selectors. */
export function randomLogql(random: Random): string {
  return random.int(3) === 0 ? logQuery(random) : metricQuery(random, 3);
}

function blank(random: Random): string {
  return random.pick(BLANKS);
}

function text(random: Random, value: string = random.pick(VALUES)): string {
  if (random.int(3) === 0 && !value.includes('`')) return `\`${value}\``;
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

function matcher(random: Random): string {
  return `${random.pick(LABELS)}${blank(random)}${random.pick(OPERATORS)}${blank(random)}${text(random)}`;
}

function list(random: Random, most: number, one: () => string): string {
  return Array.from({ length: 1 + random.int(most) }, one).join(
    `${blank(random)},${blank(random)}`,
  );
}

function selector(random: Random): string {
  return `{${blank(random)}${list(random, 3, () => matcher(random))}${blank(random)}}`;
}

function stage(random: Random): string {
  const name = () => random.pick(LABELS);
  return random.pick<() => string>([
    () => `${random.pick(['|=', '!=', '|~', '!~', '|>', '!>'])} ${text(random)}`,
    () => `${random.pick(['|=', '|~'])} ${text(random)} or ${text(random)} or ${text(random)}`,
    () => `${random.pick(['|=', '!='])} ip("10.0.0.0/8")`,
    () => `| ${random.pick(['json', 'logfmt', 'unpack', 'logfmt --strict', 'decolorize'])}`,
    () => `| json ${random.pick(['a', 'b'])}=${text(random, 'x[0].y')}`,
    () => `| logfmt ${random.pick(['a', 'b'])}=${text(random, 'x')}, password`,
    () =>
      `| app=${text(random)} ${random.pick(['and', 'or'])} pod${random.pick(OPERATORS)}${text(random)}`,
    () =>
      `| ${name()} ${random.pick(['>', '>=', '<', '<=', '==', '!='])} ${random.pick(['5', '1.5s', '20KB'])}`,
    () => `| label_format namespace=${random.pick(['app', 'pod'])}`,
    () => `| ${random.pick(['drop', 'keep'])} namespace, app=${text(random)}`,
  ])();
}

/** Out to show a text where nobody recognises what it is. */
function copyingStage(random: Random): string {
  const secret = random.pick(['password', 'db_password', 'api_token', 'value']);
  return random.pick<() => string>([
    () => `| line_format${blank(random)} ${text(random, '{{ .password | substr 0 3 }}')}`,
    () => `| ${random.pick(['regexp', 'pattern'])}${blank(random)} ${text(random, 'x=<y>(?P<y>)')}`,
    () => `| label_format${blank(random)} q${blank(random)}=${blank(random)}${secret}`,
    () => `| label_format a=b,q=${text(random, `{{ .${secret} | b64enc }}`)}`,
    () => `| json${blank(random)} q${blank(random)}=${blank(random)}${text(random, secret)}`,
    () => `| json a, q=${text(random, random.pick([`x.${secret}`, `x["${secret}"].y`, 'x[0]']))}`,
    () => `| logfmt --strict a="b", q=${text(random, secret)}`,
  ])();
}

/** A query with a stage that takes a text from where it says what it is. */
export function copyingLogql(random: Random): string {
  const query = logQuery(random, copyingStage(random));
  if (random.int(2) === 0) return query;
  return `sum by (q) (count_over_time(${query.replace(/^\((.*)\)$/s, '$1')}${blank(random)} [5m]))`;
}

function logQuery(random: Random, ...more: readonly string[]): string {
  const stages = [...Array.from({ length: random.int(4) }, () => stage(random)), ...more]
    .sort(() => random.int(3) - 1)
    .map((one) => `${blank(random)} ${one}`);
  const whole = `${selector(random)}${stages.join('')}`;
  return random.int(8) === 0 ? `(${whole})` : whole;
}

function metricQuery(random: Random, depth: number): string {
  const inner = () => metricQuery(random, depth - 1);
  if (depth === 0) return range(random);
  const group = () => `${random.pick(['by', 'without'])} (${random.pick(LABELS)})`;
  return random.pick<() => string>([
    () => range(random),
    () => `${random.pick(['sum', 'max', 'count'])}${blank(random)}(${inner()})`,
    () => `sum ${group()} (${inner()})`,
    () => `avg(${inner()}) ${group()}`,
    () => `topk(3, ${inner()})`,
    () =>
      `${inner()} ${random.pick(['+', '-', '*', '/', '>', '== bool', 'and', 'or', 'unless'])} ${inner()}`,
    () => `sum by (app) (${inner()}) / on (app) group_left (pod) sum by (app) (${inner()})`,
    () =>
      `label_replace(${inner()}, "namespace", ${text(random, random.pick(['$1', 'shop']))}, "app", "(.*)")`,
    () => `(${inner()})`,
    () => random.pick(['vector(1)', '42', '-1.5']),
  ])();
}

function range(random: Random): string {
  const [operation, unwrap] = random.pick<readonly [string, string]>([
    ['rate', ''],
    ['count_over_time', ''],
    ['bytes_rate', ''],
    ['absent_over_time', ''],
    ['sum_over_time', ' | unwrap duration(took)'],
    ['avg_over_time', ' | unwrap bytes'],
  ]);
  const query =
    unwrap === '' ? logQuery(random).replace(/^\((.*)\)$/s, '$1') : `${selector(random)} | json`;
  // The grammar of Grafana's parser has no offset behind a parser and an unwrap, so it would refuse one.
  const offset = unwrap === '' && random.int(4) === 0 ? ' offset 1h' : '';
  return `${operation}(${query}${unwrap}${blank(random)} [5m]${offset})`;
}

const HOSTILE = [
  'variants(rate({app="a"}[1m])) of ({app="a"}[1m])',
  '{} or {namespace="kube-system"}',
  `{app='} {namespace="kube-system"} {'}`,
  '{app="a\\"} or {namespace="kube-system"}',
  '{app="a"} |= "\n{namespace="kube-system"}',
  '{app="a"} // "\n or {namespace="kube-system"}',
  '{app="a"} /* ` */ or {namespace="kube-system"} # `',
  '{app="a"\u0000} or {namespace="kube-system"}',
  '\ufeff{namespace="kube-system"}',
  '{app="a"} |= `a` \u2028# x\u2028 or {namespace="kube-system"}',
  '{app="a",} or {namespace="kube-system",}',
  '{app="a"} [5m] or {namespace="kube-system"}',
  'rate({app="a"}[5m # ]\n] offset {namespace="kube-system"})',
  '{app="a"} |= ip("{") or {namespace="kube-system"}',
] as const;

/** A query with characters put in, left out, turned round or doubled, or one made to escape. */
export function mutatedLogql(random: Random): string {
  return mutated(random, random.int(6) === 0 ? () => random.pick(HOSTILE) : randomLogql);
}

/** A query of a kind with characters put in, left out, turned round or doubled. */
export function mutated(random: Random, make: (random: Random) => string): string {
  let query = make(random);
  for (let times = 1 + random.int(3); times > 0; times -= 1) {
    const at = random.int(query.length + 1);
    const length = random.int(6);
    const piece = random.pick<() => string>([
      () => random.text(1, '{}"`\'#\\/*[]()|=!~,\n \u00a0'),
      () => random.text(2, ALNUM),
      () => '',
      () => query.slice(at, at + length).repeat(2),
      () => '{namespace="kube-system"}',
    ])();
    query = query.slice(0, at) + piece + query.slice(at + random.int(2) * length);
  }
  return query;
}
