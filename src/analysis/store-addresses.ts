import type { Container } from '../tools/kubernetes/objects/pod.ts';
import type { Workload } from './cluster.ts';
import { type StoreKind, storeKindIn } from './stores.ts';

/** An address that a workload is given in its specification. */
export interface GivenAddress {
  host: string;
  port: number | null;
  /** The variables that hold it, or `command`. */
  from: string;
  /** Which kind of store the words around it speak of. */
  kind: StoreKind | null;
}

const HOST = '[a-zA-Z](?:[a-zA-Z0-9.-]{0,250}[a-zA-Z0-9])?';
const HOST_PORT = new RegExp(`(?:^|//|@|[,;=\\s"'(])(${HOST}):(\\d{2,5})(?=$|[/?,;\\s"')])`, 'g');
const HOST_NAME = new RegExp(`^${HOST}$`);
/** `DB_HOST`, `MYSQL_SERVICE_HOST`, `REDIS_HOSTNAME`, `PGHOST`: what stands before names the `…PORT` beside it. */
const HOST_VARIABLE = /^(.*?)_?(?:HOST(?:NAME)?|SERVER|ADDRESS|ADDR|ENDPOINT)$/i;

/** Of stores and others alike, from variables and arguments; what comes from Secrets cannot be read. */
export function addressesOf({ template: { spec } }: Workload): GivenAddress[] {
  return spec.containers.flatMap((container) => [
    ...pairedVariables(container),
    ...wholeAddresses(container),
  ]);
}

function pairedVariables({ env }: Container): GivenAddress[] {
  const values = new Map(
    env.flatMap(({ name, value }) => (value ? [[name.toUpperCase(), value]] : [])),
  );
  return env.flatMap(({ name, value }): GivenAddress[] => {
    const [, stem] = HOST_VARIABLE.exec(name) ?? [];
    if (stem === undefined || !value || !HOST_NAME.test(value)) return [];
    const key = [`${stem}_PORT`, `${stem}PORT`].find((it) => values.has(it.toUpperCase()));
    const port = Number(values.get(key?.toUpperCase() ?? ''));
    const kind = storeKindIn(`${name}=${value}`);
    const given = Number.isInteger(port) && port > 0 ? port : null;
    return [
      {
        host: value,
        port: given,
        from: given === null || !key ? name : key,
        kind: kind ?? (given === null ? null : storeKindIn(`:${given}`)),
      },
    ];
  });
}

function wholeAddresses({ env, command, args }: Container): GivenAddress[] {
  const texts = [
    ...env.map(({ name, value = '' }) => ({ from: name, text: value })),
    ...[...command, ...args].map((text) => ({ from: 'command', text })),
  ];
  return texts.flatMap(({ from, text }) =>
    [...text.matchAll(HOST_PORT)].map(([, host = '', port]) => ({
      host,
      port: Number(port),
      from,
      kind: storeKindIn(from === 'command' ? text : `${from}=${text}`),
    })),
  );
}
