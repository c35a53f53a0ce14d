import type { Labels } from './answers.ts';

/** What all of them have. Of a single one nothing: its labels are its own. */
export function commonLabels(all: readonly Labels[]): Labels {
  const [first, ...others] = all;
  if (!first || others.length === 0) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((it) => it[name] === value)),
  );
}

export function withoutLabels(labels: Labels, left: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !(name in left)));
}

/** As PromQL writes a selector; a name that is no identifier, as Prometheus 3 does, in quotes. */
export function formatLabels({ __name__: name = '', ...labels }: Labels): string {
  const plain = name === '' || METRIC_NAME.test(name);
  const matchers = Object.entries(labels).map(
    ([label, value]) =>
      `${LABEL_NAME.test(label) ? label : JSON.stringify(label)}=${JSON.stringify(value)}`,
  );
  return plain
    ? `${name}{${matchers.join(', ')}}`
    : `{${[JSON.stringify(name), ...matchers].join(', ')}}`;
}

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** The line that says once what all have; none when they share nothing. */
export function commonLine(common: Labels): string[] {
  return Object.keys(common).length === 0 ? [] : [`All have ${formatLabels(common)}`];
}
