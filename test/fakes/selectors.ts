/** A Kubernetes object as plain JSON, as `kubectl get -o json` prints it. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    labels?: Record<string, string>;
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/** A selector that the API server refuses with 400. */
export class BadSelector extends Error {}

type Labels = Record<string, string>;

/** What a label selector means, in the grammar of the API server: equality, sets, existence. */
export function parseLabelSelector(selector: string): (labels: Labels) => boolean {
  const requirements = selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseRequirement);
  return (labels) => requirements.every((holds) => holds(labels));
}

const KEY = '[A-Za-z0-9](?:[\\w./-]*[A-Za-z0-9])?';

function parseRequirement(text: string): (labels: Labels) => boolean {
  const equality = new RegExp(`^(${KEY})\\s*(!=|==|=)\\s*([\\w.-]*)$`).exec(text);
  if (equality) {
    const [, key = '', operator, value = ''] = equality;
    return (labels) => (labels[key] === value) === (operator !== '!=');
  }
  const set = new RegExp(`^(${KEY})\\s+(in|notin)\\s+\\(([^()]*)\\)$`).exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (labels) => values.includes(labels[key] ?? '\0') === (operator === 'in');
  }
  const existence = new RegExp(`^(!?)(${KEY})$`).exec(text);
  if (existence) {
    const [, not, key = ''] = existence;
    return (labels) => key in labels === (not !== '!');
  }
  throw new BadSelector(`unable to parse requirement: found '${text}', expected: identifier`);
}

/** The fields that the API server indexes; it refuses every other one. */
const FIELDS: Record<string, readonly string[]> = {
  Pod: ['spec.nodeName', 'spec.restartPolicy', 'status.phase', 'status.podIP'],
  Event: [
    'involvedObject.kind',
    'involvedObject.name',
    'involvedObject.namespace',
    'involvedObject.uid',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
};

export function parseFieldSelector(
  kind: string,
  selector: string,
): (object: KubernetesObject) => boolean {
  const supported = ['metadata.name', 'metadata.namespace', ...(FIELDS[kind] ?? [])];
  const terms = selector
    .split(',')
    .filter((term) => term !== '')
    .map((term) => {
      const match = /^([\w.]+)(!=|==|=)(.*)$/.exec(term);
      if (!match) throw new BadSelector(`invalid selector: '${term}'; can't understand '${term}'`);
      const [, path = '', operator, value] = match;
      if (!supported.includes(path)) throw new BadSelector(`field label not supported: ${path}`);
      return { path, equal: operator !== '!=', value };
    });
  return (object) =>
    terms.every(({ path, equal, value }) => (fieldAt(object, path) === value) === equal);
}

function fieldAt(object: unknown, path: string): string {
  let at = object;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null) return '';
    at = new Map(Object.entries(at)).get(key);
  }
  return typeof at === 'string' ? at : '';
}
