import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { probeSystems } from '../../src/tools/toolset.ts';
import { APPLIED, playActions } from '../actions/play.ts';
import type { FakeRequest } from '../fakes/http-fake.ts';
import { type ExampleWorld, examples, startExampleWorld } from '../tools/examples/world.ts';
import { redact, run } from '../tools/run.ts';
import { readYamlDocuments } from './files.ts';

const Rule = z.strictObject({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  verbs: z.array(z.string()),
});
const Metadata = z.strictObject({ name: z.string(), namespace: z.string().optional() });
const RBAC = z.literal('rbac.authorization.k8s.io/v1');
const Documents = z.tuple([
  z.strictObject({
    apiVersion: z.literal('v1'),
    kind: z.literal('ServiceAccount'),
    metadata: Metadata,
  }),
  z.strictObject({
    apiVersion: RBAC,
    kind: z.literal('ClusterRole'),
    metadata: Metadata,
    rules: z.array(Rule),
  }),
  z.strictObject({
    apiVersion: RBAC,
    kind: z.enum(['ClusterRoleBinding', 'RoleBinding']),
    metadata: Metadata,
    roleRef: z.strictObject({ apiGroup: z.string(), kind: z.string(), name: z.string() }),
    subjects: z.array(
      z.strictObject({ kind: z.string(), name: z.string(), namespace: z.string() }),
    ),
  }),
]);

const [account, reader, binding] = Documents.parse(readYamlDocuments('deploy/rbac/read-only.yaml'));
const [actor, writer, actorBinding] = Documents.parse(
  readYamlDocuments('deploy/rbac/actions.yaml'),
);

/** `verb group/resource` of every right in a role. */
function rightsOf(rules: readonly z.infer<typeof Rule>[]): string[] {
  const rights = rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
    ),
  );
  return rights.sort();
}

/** What RBAC would have to grant for a request; empty for what everybody may ask (`/version`). */
function rightsFor({ method, path }: FakeRequest): string[] {
  if (path === '/version') return [];
  const [, group = '', namespaced, plain] =
    /^\/(?:api|apis\/([a-z0-9.]+))\/v\w+(?:\/namespaces\/[^/]+\/(.+)|\/(.+))$/.exec(path) ?? [];
  const [resource = '', name, subresource] = (namespaced ?? plain ?? '').split('/');
  const what = `${group}/${resource}${subresource ? `/${subresource}` : ''}`;
  switch (method) {
    case 'GET':
      return [`${name === undefined ? 'list' : 'get'} ${what}`];
    case 'PATCH':
      return [`patch ${what}`];
    default:
      return [`${method.toLowerCase()} ${what}`];
  }
}

let world: ExampleWorld;
beforeAll(async () => {
  world = await startExampleWorld();
});
afterAll(() => world.close());

describe('the read-only role', () => {
  it('grants exactly what the tools and the doctor ask of the API server', async () => {
    const { tools, kubernetes, connections } = world;
    for (const { tool, args } of examples) await run(tools, tool, args);
    await world.readEveryKind();
    await probeSystems(connections, redact, new AbortController().signal);
    const asked = new Set(kubernetes.requests.flatMap(rightsFor));
    expect([...asked].sort()).toEqual(rightsOf(reader.rules));
  });

  it('has no verb but get and list, and no Secret, exec, proxy or wildcard', () => {
    const rights = rightsOf(reader.rules);
    expect(rights.filter((right) => !/^(?:get|list) /.test(right))).toEqual([]);
    expect(
      rights.filter((right) => /secrets|exec|proxy|attach|portforward|\*/.test(right)),
    ).toEqual([]);
  });

  it('is bound to the service account and to nobody else', () => {
    expect(binding.roleRef).toMatchObject({ kind: 'ClusterRole', name: reader.metadata.name });
    expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', ...account.metadata }]);
  });
});

describe('the role of the actions server', () => {
  it('grants exactly what the actions ask of the API server', async () => {
    const requests = await playActions();
    // Applying an object that is not there is a patch of which RBAC also demands the verb create.
    const created = APPLIED.map(({ group, resource }) => `create ${group}/${resource}`);
    const asked = new Set([...requests.flatMap(rightsFor), ...created]);
    expect([...asked].sort()).toEqual(rightsOf(writer.rules));
  });

  it('is bound in one namespace, to an account of its own', () => {
    expect(actor.metadata.name).not.toBe(account.metadata.name);
    expect(actorBinding.kind).toBe('RoleBinding');
    expect(actorBinding.roleRef.name).toBe(writer.metadata.name);
    expect(actorBinding.subjects).toEqual([{ kind: 'ServiceAccount', ...actor.metadata }]);
  });
});
