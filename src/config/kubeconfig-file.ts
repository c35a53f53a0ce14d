import { readFileSync, realpathSync, statSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { KubernetesAccess } from './kubernetes-access.ts';

/**
 * Why a kubeconfig cannot be used, as it completes "the kubeconfig …"; null when nothing is against it. The words
 * hold the path and nothing of the content, which is all credentials.
 */
export function kubeconfigProblem(access: KubernetesAccess | null): string | null {
  if (access?.kind !== 'kubeconfig') return null;
  const { kubeconfig } = access;
  const reason = whyUnusable(kubeconfig);
  return reason === null ? null : `${kubeconfig} ${reason}`;
}

/** Whether two would sign their requests the same: one file, and one context of it. */
export function isSameKubeconfig(a: KubernetesAccess | null, b: KubernetesAccess): boolean {
  if (a?.kind !== 'kubeconfig' || b.kind !== 'kubeconfig') return false;
  return a.context === b.context && realPath(a.kubeconfig) === realPath(b.kubeconfig);
}

/** What the rest of a kubeconfig has to hold is judged by what reads it. */
const Kubeconfig = z.looseObject({ clusters: z.array(z.unknown()).min(1) });

function whyUnusable(file: string): string | null {
  try {
    const found = statSync(file);
    if (found.isDirectory()) return 'is a directory: name the file in it';
    if (!found.isFile()) return 'is no file';
    const source = readFileSync(file, 'utf8');
    if (source.trim() === '') return 'is empty';
    return whyNoKubeconfig(source);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
  }
}

function whyNoKubeconfig(source: string): string | null {
  // Messages and pretty errors would quote what stands around the mistake.
  const document = parseDocument(source, { prettyErrors: false });
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    const line = source.slice(0, mistake.pos[0]).split('\n').length;
    const reason = mistake.code.toLowerCase().replaceAll('_', ' ');
    return `is not valid YAML in line ${line} (${reason})`;
  }
  const value: unknown = document.toJS();
  return Kubeconfig.safeParse(value).success ? null : 'is no kubeconfig: it has no clusters';
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
