import type { KubernetesObject } from './selectors.ts';

interface LogAnswer {
  status: 200 | 400 | 404;
  text: string;
}

/** The log of one container as the API server gives it, with its refusals in its own words. */
export function containerLog(
  pod: KubernetesObject,
  params: URLSearchParams,
  logs: Readonly<Record<string, string>>,
): LogAnswer {
  const { name, namespace = '' } = pod.metadata;
  const names = containerNames(pod);
  const container = params.get('container') ?? (names.length === 1 ? names[0] : undefined);
  if (container === undefined) {
    const choice = `choose one of: [${names.join(' ')}]`;
    return { status: 400, text: `a container name must be specified for pod ${name}, ${choice}` };
  }
  if (!names.includes(container)) {
    return { status: 400, text: `container ${container} is not valid for pod ${name}` };
  }
  const key = `${namespace}/${name}/${container}`;
  const previous = params.get('previous') === 'true';
  const text = logs[previous ? `${key}/previous` : key];
  if (previous && text === undefined) {
    const text = `previous terminated container "${container}" in pod "${name}" not found`;
    return { status: 400, text };
  }
  return { status: 200, text: limited(text ?? '', params) };
}

function containerNames(pod: KubernetesObject): string[] {
  const spec = new Map(Object.entries(Object(pod.spec)));
  return ['initContainers', 'containers'].flatMap((field) => {
    const containers = spec.get(field);
    return Array.isArray(containers) ? containers.map((it) => String(it.name)) : [];
  });
}

function limited(text: string, params: URLSearchParams): string {
  const since = Date.parse(params.get('sinceTime') ?? '1970-01-01T00:00:00Z');
  const tail = Number(params.get('tailLines') ?? Number.POSITIVE_INFINITY);
  const lines = text
    .split('\n')
    .filter((line) => line !== '' && Date.parse(line.split(' ', 1)[0] ?? '') >= since);
  const kept = lines.slice(Math.max(0, lines.length - tail));
  const shown = params.get('timestamps') === 'true' ? kept : kept.map(withoutTimestamp);
  const bytes = Number(params.get('limitBytes') ?? Number.POSITIVE_INFINITY);
  const whole = shown.map((line) => `${line}\n`).join('');
  return Number.isFinite(bytes) ? Buffer.from(whole).subarray(0, bytes).toString() : whole;
}

function withoutTimestamp(line: string): string {
  return line.slice(line.indexOf(' ') + 1);
}
