/** Plain JSON as objects of a cluster are: what is deeper is not typed. */
export type Tree = Record<string, unknown>;

/** Changes `target` in place as a JSON merge patch does: null takes away, lists are replaced (RFC 7386). */
export function mergePatch(target: Tree, patch: Tree): void {
  for (const [key, value] of Object.entries(patch)) {
    const before = target[key];
    if (value === null) delete target[key];
    else if (isTree(value) && isTree(before)) mergePatch(before, value);
    else target[key] = structuredClone(value);
  }
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under a path of keys; made where it is not there. */
export function objectAt(target: Tree, ...path: string[]): Tree {
  return path.reduce<Tree>((at, key) => {
    const inner = at[key];
    if (isTree(inner)) return inner;
    const made: Tree = {};
    at[key] = made;
    return made;
  }, target);
}

/** The list under a path of keys; made where it is not there. */
export function listAt(target: Tree, ...path: string[]): Tree[] {
  const holder = objectAt(target, ...path.slice(0, -1));
  const key = path.at(-1) ?? '';
  const list = holder[key];
  const objects = Array.isArray(list) ? list.filter(isTree) : [];
  holder[key] = objects;
  return objects;
}
