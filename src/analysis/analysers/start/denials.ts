import type { Container } from '../../../tools/kubernetes/objects/pod.ts';

/** Of the process itself, about a file or a port. */
const DENIED =
  /permission denied|\bEACCES\b|operation not permitted|\bEPERM\b|AccessDeniedException|not writable|errno 13\b|\(13: Permission/i;
const READ_ONLY = /read-only file ?system|\bEROFS\b/i;
/** Of a database, an API or a shell far away: nothing of the container's own. */
const ELSEWHERE =
  /PermissionDenied|PERMISSION_DENIED|permission denied for |publickey|\bHTTP\b|statusCode|status code|403|rpc error|RBAC|https?:\/\//i;
const BIND =
  /\bbind\b|listen(?:ing)? (?:tcp|on)|EACCES: permission denied 0\.0\.0\.0|:(?:80|443)\b.*permission/i;
const PATH = /(?:^|[\s'"`(=:])(\/[\w.@+-]+(?:\/[\w.@+-]+)*)/;

/** As the C library has it at the end: `Can't open or create append-only dir appendonlydir: Permission denied`. */
const FILE_WORDS =
  /\b(?:open|creat|writ|read|renam|mkdir|chmod|chown|chdir|access|stat|lock)\w*\b.{0,120}: permission denied[.)'"]?\s*$/i;

export function isReadOnly(text: string): boolean {
  return READ_ONLY.test(text);
}

export function isOfPort(text: string): boolean {
  return BIND.test(text);
}

export function pathIn(text: string): string | null {
  return PATH.exec(text)?.[1] ?? null;
}

/** Whether a line tells that the system refused its process a file or a port. */
export function isDenial(text: string): boolean {
  if (READ_ONLY.test(text)) return true;
  return (
    DENIED.test(text) &&
    !ELSEWHERE.test(text) &&
    (PATH.test(text) || BIND.test(text) || FILE_WORDS.test(text) || /os error|errno/i.test(text))
  );
}

/** The innermost mount of a container that holds a path. */
export function mountAt(
  path: string,
  { volumeMounts }: Container,
): Container['volumeMounts'][number] | null {
  const above = volumeMounts.filter(
    ({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`),
  );
  return above.sort((a, b) => b.mountPath.length - a.mountPath.length)[0] ?? null;
}
