import { withoutAddresses } from '../http.ts';
import { ToolError } from '../tool.ts';
import { Status } from './objects/list.ts';
import { RESOURCES, resourceNames } from './resources.ts';

/** What a request is about, for the words of its failure. */
export interface Target {
  verb: string;
  resource: string;
  namespace: string | null;
  name: string | null;
}

/** The API server answered, but not with the object. `status` is the HTTP status. */
export class KubernetesFailure extends ToolError {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Puts an answer of the API server that is not 200 into words. */
export function refusal(status: number, body: string, target: Target): KubernetesFailure {
  return new KubernetesFailure(status, words(status, statusMessage(body), target));
}

function words(status: number, message: string, target: Target): string {
  const { verb, resource, namespace, name } = target;
  const where = namespace === null ? '' : ` in namespace ${namespace}`;
  switch (status) {
    case 401:
      return 'The Kubernetes API refused the credentials (401): the token is missing, wrong or expired.';
    case 403:
      return `RBAC does not allow this service account to ${verb} ${resource}${where} (403).`;
    case 404:
      return name === null
        ? `The Kubernetes API has no resource ${resource}${where} (404).`
        : `There is no ${singular(resource)} ${name}${where}.`;
    case 410:
      return `The list of ${resource}${where} kept changing while it was read (410). Ask again.`;
    case 429:
      return 'The Kubernetes API has too many requests (429). Ask again later.';
    default:
      return `The Kubernetes API could not ${verb} ${resource}${where} (HTTP ${status})${message && `: ${message}`}`;
  }
}

function singular(resource: string): string {
  const known = resourceNames().find((it) => it === resource);
  return known ? RESOURCES[known].kind.toLowerCase() : resource;
}

function statusMessage(body: string): string {
  try {
    return withoutAddresses(Status.parse(JSON.parse(body)).message).slice(0, 500);
  } catch {
    return '';
  }
}
