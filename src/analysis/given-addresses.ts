import type { PodSpec } from '../tools/kubernetes/objects/pod.ts';
import { type Address, addressesOf } from './addresses.ts';
import type { Cluster, Workload } from './cluster.ts';

/** An address that a workload's pod template gives to its process. */
export interface GivenAddress extends Address {
  workload: Workload;
  /** Of the variable; null for an argument. */
  variable: string | null;
  /** All of the value. */
  value: string;
}

/** Names of variables whose value is an address even where it is a single word. */
const HOST_NAME =
  /(?:^|_|\b)(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVER|ENDPOINT|URL|URI|SERVICE_NAME)S?$/i;
const HOST_PART = /(?:_|\b)(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVER)$/i;
/** As Java, Spring and most programs name options: `--spring.datasource.url=…`, `-Ddb.host=…`. */
const OPTION = /(?:^|\s)--?D?([\w.-]{1,80})[= ]("[^"]{1,500}"|[^\s"]{1,500})/g;

/** All addresses in environments and arguments. A host and its port in two variables make one. */
export function givenAddresses({ workloads }: Pick<Cluster, 'workloads'>): GivenAddress[] {
  return workloads.flatMap((workload) =>
    variablesOf(workload.template.spec).flatMap(({ name, value, port }) =>
      isTemplate(value)
        ? []
        : addressesOf(value)
            .filter((address) => isAddress(name, value, address))
            .map((address) => ({
              ...address,
              port: address.port ?? port,
              workload,
              variable: name,
              value,
            })),
    ),
  );
}

interface Variable {
  name: string | null;
  value: string;
  /** From the variable beside it. */
  port: number | null;
}

function variablesOf({ initContainers, containers }: PodSpec): Variable[] {
  return [...initContainers, ...containers].flatMap(({ env, command, args }) => {
    const values = new Map(env.flatMap(({ name, value }) => (value ? [[name, value]] : [])));
    const options = [...command, ...args].flatMap((text) => [...text.matchAll(OPTION)]);
    return [
      ...[...values].map(([name, value]) => ({ name, value, port: portBeside(name, values) })),
      ...options.map(([, name = '', value = '']) => ({
        name,
        value: value.replaceAll('"', ''),
        port: null,
      })),
    ];
  });
}

function portBeside(name: string, values: ReadonlyMap<string, string>): number | null {
  const stem = name.replace(HOST_PART, '');
  if (stem === name) return null;
  const text = values.get(stem === '' ? 'PORT' : `${stem}_PORT`) ?? values.get(`${stem}PORT`);
  return text !== undefined && /^\d{2,5}$/.test(text) ? Number(text) : null;
}

/** Filled in by a shell or by a program: nothing tells with what. */
function isTemplate(value: string): boolean {
  return /\$[({]|\{\{|\[REDACTED/.test(value) && !value.includes('@');
}

function isAddress(name: string | null, value: string, { host, port }: Address): boolean {
  if (value.includes('://')) return true;
  if (port !== null) return /[a-z]/.test(host);
  return name !== null && HOST_NAME.test(name) && /^[a-z][a-z0-9.-]*$/.test(host);
}
