import {
  type Graph,
  graphOf,
  loadedWith,
  packageOf,
  type SourceFile,
  type Sources,
} from './graph.ts';

/** Everything that breaks a rule of the layout, one line each; empty when all hold. */
export function violationsIn(sources: Sources): string[] {
  const graph = graphOf(sources);
  return [resolution, layers, writes, siblings, vendors, environment, purity, cycles].flatMap(
    (rule) => rule(graph),
  );
}

const inside = (path: string, folder: string) => path.startsWith(`${folder}/`);

/** Every edge of every file that `forbids` gives a reason against. */
function refuse(
  graph: Graph,
  forbids: (from: string, to: string, specifier: string) => string | null,
): string[] {
  return [...graph.values()].flatMap(({ path, edges }) =>
    edges.flatMap(({ target, specifier }) => {
      const reason = forbids(path, target ?? '', specifier);
      return reason === null ? [] : [`${path} imports ${specifier}: ${reason}`];
    }),
  );
}

function resolution(graph: Graph): string[] {
  return refuse(graph, (_from, to) =>
    to === '' || graph.has(to) ? null : 'there is no such file (imports end in .ts)',
  );
}

function layers(graph: Graph): string[] {
  return refuse(graph, (from, to) => {
    const root = inside(from, 'src/cli');
    if (inside(to, 'src/cli') && !root) return 'only the CLI knows the CLI';
    for (const edge of ['webhooks', 'workers']) {
      if (!inside(to, edge) || inside(from, edge) || root) continue;
      return inside(from, 'src')
        ? `src never imports ${edge}; only src/cli does`
        : 'webhooks and workers never import each other';
    }
    return null;
  });
}

/** What can write to a cluster, and the only files that may know it: nothing of an investigation is among them. */
const writers = [
  {
    path: /^src\/actions\//,
    importers: /^src\/(?:actions\/|mcp\/actions-server\.ts|cli\/actions\.ts)/,
  },
  { path: /^src\/mcp\/actions-server\.ts$/, importers: /^src\/cli\/actions\.ts$/ },
  { path: /^src\/cli\/actions\.ts$/, importers: /^src\/cli\/main\.ts$/ },
  {
    path: /^src\/tools\/kubernetes\/api-server\.ts$/,
    importers: /^src\/(?:tools\/kubernetes\/reader|actions\/writer)\.ts$/,
  },
];

function writes(graph: Graph): string[] {
  return refuse(graph, (from, to) => {
    const known = writers.filter(({ path }) => path.test(to));
    return known.every(({ importers }) => importers.test(from))
      ? null
      : 'it can write to a cluster, which this file must not';
  });
}

/** Folders whose parts are alternatives, with the files that belong to none of them. */
const adapterFolders = [
  { folder: 'src/tools', kind: 'folders' },
  { folder: 'src/notify', kind: 'folders' },
  { folder: 'webhooks/sources', kind: 'folders' },
  { folder: 'src/models', kind: ['anthropic', 'recorded'] },
] as const;

/**
 * Ports that live among the adapters of a folder, because a tool of their own asks through them: any adapter may
 * implement one, and knows its types alone. The folder of a port imports no adapter.
 */
const ports = new Set(['src/tools/changes/change.ts']);

function siblings(graph: Graph): string[] {
  return refuse(graph, (from, to) => {
    if (ports.has(to)) return null;
    for (const { folder, kind } of adapterFolders) {
      const [mine, theirs] = [from, to].map((path) => adapterOf(path, folder, kind));
      if (mine && theirs && mine !== theirs)
        return `sibling adapters of ${folder} do not know each other`;
    }
    return null;
  });
}

function adapterOf(
  path: string,
  folder: string,
  kind: 'folders' | readonly string[],
): string | null {
  if (!inside(path, folder)) return null;
  const [name = '', more] = path.slice(folder.length + 1).split('/');
  if (kind === 'folders') return more === undefined ? null : name;
  return kind.find((adapter) => name === adapter || name === `${adapter}.ts`) ?? null;
}

/** Each vendor's SDK is known to one file, or to one of these folders, so that replacing it is a change in one place. */
const vendorFolders = ['src/queue/bullmq'];

const vendorSdks = [
  /^bullmq$/,
  /^pg$/,
  /^@anthropic-ai\/sdk$/,
  /^@slack\/web-api$/,
  /^@kubernetes\/client-node$/,
  /^@electric-sql\/pglite$/,
  /^@electric-sql\/pglite-socket$/,
];

function vendors(graph: Graph): string[] {
  const importersOf = (sdk: RegExp) =>
    [...graph.values()]
      .filter(({ edges }) => edges.some(({ specifier }) => sdk.test(packageOf(specifier))))
      .map(({ path }) => path);
  const shared = vendorSdks.flatMap((sdk) => {
    const importers = importersOf(sdk);
    const places = importers.map(
      (path) => vendorFolders.find((folder) => inside(path, folder)) ?? path,
    );
    return new Set(places).size < 2
      ? []
      : [`${importers.join(', ')} all import ${sdk.source}: one file may`];
  });
  const mcp = importersOf(/^@modelcontextprotocol\/sdk$/)
    .filter((path) => !inside(path, 'src/mcp'))
    .map((path) => `${path} imports the MCP SDK: only src/mcp may`);
  return [...shared, ...mcp];
}

function environment(graph: Graph): string[] {
  return [...graph.values()]
    .filter(
      ({ path, source }) => /\bprocess\s*\.\s*env\b/.test(source) && !inside(path, 'src/config'),
    )
    .map(({ path }) => `${path} reads process.env: only src/config may`);
}

const pureFiles = [
  /^src\/(alert|incident|analysis|report)\//,
  /^src\/investigation\/(budget|prompt)\.ts$/,
  /^src\/notify\/[^/]+\/render\.ts$/,
  /^src\/evidence\/(citation|redact|shape)\.ts$/,
];
/** What pure code may load: these compute, and reach nothing (picocolors, once told whether to colour). */
const purePackages = new Set([
  'zod',
  'node:crypto',
  'node:util',
  'picocolors',
  'fastest-levenshtein',
]);
const impureFiles = /^src\/lib\/(clock|log)\.ts$/;
const impureCalls =
  /\bprocess\.[a-z]|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.|\bset(Timeout|Interval|Immediate)\(|\bfetch\(|\brandom(UUID|Bytes)\(/;

function purity(graph: Graph): string[] {
  return [...graph.keys()]
    .filter((path) => pureFiles.some((pattern) => pattern.test(path)))
    .flatMap((path) =>
      loadedWith(graph, path).flatMap((loaded) =>
        impuritiesOf(loaded).map((impurity) => `${path} is not pure: ${loaded.path} ${impurity}`),
      ),
    );
}

function impuritiesOf({ path, source, edges }: SourceFile): string[] {
  const packages = edges
    .filter(({ target, typeOnly }) => target === null && !typeOnly)
    .map(({ specifier }) => packageOf(specifier))
    .filter((name) => !purePackages.has(name))
    .map((name) => `imports ${name}`);
  const call = impureCalls.exec(withoutComments(source));
  return [
    ...packages,
    ...(call ? [`uses ${call[0]}`] : []),
    ...(impureFiles.test(path) ? ['is the outside'] : []),
  ];
}

function withoutComments(source: string): string {
  return source.replace(/^\s*\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

/** Cycles of what is loaded at run time; types may refer to each other. Each is told once. */
function cycles(graph: Graph): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  for (const path of graph.keys()) visit(path, []);
  return found;

  function visit(path: string, trail: readonly string[]): void {
    const start = trail.indexOf(path);
    if (start !== -1) {
      found.push(`${[...trail.slice(start), path].join(' → ')}: a cycle`);
      return;
    }
    if (done.has(path)) return;
    for (const { target, typeOnly } of graph.get(path)?.edges ?? []) {
      if (target !== null && !typeOnly) visit(target, [...trail, path]);
    }
    done.add(path);
  }
}
