import { ToolError } from '../tool.ts';
import { RESOURCES, type Resource, resourceNames } from './resources.ts';

/** Every name, in lower case, that kubectl takes for a resource of the table. */
const BY_NAME = new Map(
  resourceNames().flatMap((resource) => {
    const { kind, aliases } = RESOURCES[resource];
    return [kind.toLowerCase(), resource, ...aliases].map((name) => [name, resource] as const);
  }),
);

/** Why some resources that people ask for are not in the table. */
const REFUSED: readonly [names: RegExp, why: string][] = [
  [/^secrets?$/, 'Secrets are never read; kubectl_describe of a pod names the ones it needs.'],
  [/^(endpoints?|ep)$/, 'Endpoints are read as endpointslices.'],
  [/^(cluster)?role(binding)?s?$/, 'RBAC is not read; kubectl_auth_can_i says what may be.'],
  [/^(crds?|customresource.*)$/, 'Custom resources are not read.'],
  [/^all$/, 'Ask for one kind at a time.'],
];

/**
 * The resource that a kind, plural or alias names, as kubectl takes it: `Deployment`, `deployments`, `deploy`,
 * `deployments.apps`.
 *
 * @throws ToolError that says why a resource is not read, or which ones are.
 */
export function findResource(name: string): Resource {
  const [word = ''] = name.trim().toLowerCase().split(/[./,]/);
  const resource = BY_NAME.get(word);
  if (resource !== undefined) {
    refuseSeveral(name.trim());
    return resource;
  }
  const refused = REFUSED.find(([names]) => names.test(word));
  if (refused) throw new ToolError(refused[1]);
  throw new ToolError(`There is no kind ${JSON.stringify(name)} to read here. ${KINDS}`);
}

/** @throws ToolError for what kubectl takes, and these tools in two arguments or two calls. */
function refuseSeveral(text: string): void {
  const [kind = '', ...others] = text.split(',');
  if (others.length > 0) {
    throw new ToolError(`Ask for one kind at a time: ${kind} first, then ${others.join(', ')}.`);
  }
  const [, type, name] = /^([^/]+)\/(.*)$/s.exec(text) ?? [];
  if (type === undefined) return;
  throw new ToolError(
    `${JSON.stringify(text)} is a kind with a name: ask with kind ${JSON.stringify(type)} and name ${JSON.stringify(name)}.`,
  );
}

const KINDS = `There are: ${resourceNames().join(', ')}.`;
