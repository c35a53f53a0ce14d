import { dirname } from 'node:path';
import type { EnvValues } from './env-values.ts';
import { DEFAULT_NAMESPACE_LABEL, type Environment, environmentOf } from './environment.ts';
import type { EnvironmentList } from './file-values.ts';
import { kubeconfigProblem } from './kubeconfig-file.ts';
import { describeValue, type Problems } from './problems.ts';

/** Those of the file, or else the one that the process environment describes. Never empty. */
export function environmentsOf(
  fromEnv: EnvValues,
  given: EnvironmentList,
  file: string | null,
  problems: Problems,
): Environment[] {
  if (given.length === 0 || file === null) return [defaultEnvironment(fromEnv)];
  const catchAll = given.findIndex(({ match }) => Object.keys(match).length === 0);
  for (const [index, { name }] of given.entries()) {
    if (given.findIndex((other) => other.name === name) < index) {
      const accepts = 'a name that no other environment has';
      problems.add(`environments[${index}].name`, describeValue(name), accepts);
    }
    if (catchAll !== -1 && index > catchAll) {
      problems.add(
        `environments[${index}]`,
        `an environment that is never chosen, because environments[${catchAll}] matches every alert`,
        'an order in which the environment without match is the last',
      );
    }
  }
  return given.map((environment) => environmentOf(environment, dirname(file)));
}

function defaultEnvironment({ kubeconfig, prometheusUrl, lokiUrl }: EnvValues): Environment {
  const usual = { headers: {}, namespaceLabel: DEFAULT_NAMESPACE_LABEL };
  return {
    name: 'default',
    match: {},
    namespaces: null,
    kubernetes: kubeconfig === undefined ? null : { kind: 'kubeconfig', kubeconfig, context: null },
    prometheus:
      prometheusUrl === undefined ? null : { url: prometheusUrl, externalUrl: null, ...usual },
    loki: lokiUrl === undefined ? null : { url: lokiUrl, tenant: null, ...usual },
    mcp: [],
    actions: null,
  };
}

/** Not an error: it may be a volume that is mounted a little later, and the rest works without. */
export function unusableKubeconfig({ name, kubernetes }: Environment): string[] {
  const problem = kubeconfigProblem(kubernetes);
  return problem === null ? [] : [`environment ${name}: the kubeconfig ${problem} (KUBECONFIG)`];
}
