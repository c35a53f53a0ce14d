import { kubernetesResources } from './kubernetes-resources.ts';

/** What clients that know no resource by heart (kubectl, kubernetes-mcp-server) read first; null for any other path. */
export function discovery(path: string): object | null {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') {
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupVersions().map(groupOf) };
  }
  const groupVersion = /^\/(?:api|apis)\/(.+)$/.exec(path)?.[1];
  const own = kubernetesResources().filter(({ base }) => base === path);
  if (groupVersion === undefined || own.length === 0) return null;
  const verbs = ['get', 'list'];
  const resources = own.map(({ kind, plural, namespaced }) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced,
    kind,
    verbs,
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

function groupVersions(): string[] {
  const bases = kubernetesResources().map(({ base }) => base);
  return [...new Set(bases)]
    .filter((base) => base.startsWith('/apis/'))
    .map((base) => base.slice('/apis/'.length));
}

function groupOf(groupVersion: string) {
  const [name = '', version = ''] = groupVersion.split('/');
  const preferred = { groupVersion, version };
  return { name, versions: [preferred], preferredVersion: preferred };
}
