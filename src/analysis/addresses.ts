import type { Service } from '../tools/kubernetes/objects/network.ts';

/** Where something is said to be reached. */
export interface Address {
  /** In lower case, without the dot of a full name. */
  host: string;
  port: number | null;
}

/** What is between a scheme and a path: hosts of one URL, as MongoDB's, Kafka's and Redis' have several. */
const AUTHORITY = /\b[a-z][a-z0-9+.-]{0,30}:\/\/\/?([^\s/?#"'`<>{}()]{1,512})/gi;
const HOST_AND_PORT =
  /^([a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62})){0,6})\.?(?::(\d{1,5}))?$/i;
const NUMERIC = /^[\d.]+$/;

/** The addresses of a value that is one: a URL, or hosts with ports, several with commas. Empty for any other text. */
export function addressesOf(value: string): Address[] {
  const urls = [...value.matchAll(AUTHORITY)].map(([, authority = '']) => authority);
  const parts = urls.length > 0 ? urls : [value.trim()];
  return parts
    .flatMap((part) => part.slice(part.lastIndexOf('@') + 1).split(/[,;]/))
    .flatMap((part) => addressOf(part.trim()));
}

function addressOf(text: string): Address[] {
  const [, host = '', port] = HOST_AND_PORT.exec(text) ?? [];
  if (host === '' || (NUMERIC.test(host) && !host.includes('.'))) return [];
  return [{ host: host.toLowerCase(), port: port === undefined ? null : Number(port) }];
}

export function isNumericHost(host: string): boolean {
  return NUMERIC.test(host);
}

/** Hosts within running text, such as a log line; words stand among them. */
const WITHIN =
  /(?<![\w.%-])([a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62})){0,6})(?::(\d{2,5}))?(?![\w-]|:\/\/)/gi;

/** Somebody's, who is not called; `user@host:5432` and what follows a scheme are addresses of systems. */
const MAIL =
  /(?<![\w.%+:/-])[\w.%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6}(?![\w-]|\.\w|:\d|\/)/gi;

export function addressesWithin(text: string): Address[] {
  return [...text.slice(0, 4_000).replace(MAIL, ' ').matchAll(WITHIN)].map(
    ([, host = '', port]) => ({
      host: host.toLowerCase(),
      port: port === undefined ? null : Number(port),
    }),
  );
}

/**
 * The Service that a host name stands for, asked from a namespace: `cart`, `cart.shop`, `cart.shop.svc.cluster.local`,
 * and a pod of a headless one, `db-0.db`. Null for what is no Service's name.
 */
export function serviceAt(
  host: string,
  namespace: string,
  services: readonly Service[],
): Service | null {
  const [first = '', second, third] = labelsOf(host);
  const find = (name: string, inside: string) =>
    services.find(({ metadata }) => metadata.name === name && metadata.namespace === inside) ??
    null;
  return (
    find(first, second ?? namespace) ??
    (second === undefined ? null : find(second, third ?? namespace))
  );
}

/** Name, namespace and, for a pod's own name, one before; without the domain of the cluster. */
function labelsOf(host: string): string[] {
  const labels = host.split('.');
  const service = labels.indexOf('svc');
  return service > 0 ? labels.slice(0, service) : labels.slice(0, 3);
}

/** What a host name asks for, as far as the cluster's own names go; null for one of the world outside. */
export function clusterNameOf(
  host: string,
  namespace: string,
  known: ReadonlySet<string>,
): { name: string; namespace: string } | null {
  if (isNumericHost(host) || host === 'localhost') return null;
  const labels = host.split('.');
  const [name = '', second] = labels;
  if (labels.length === 1) return { name, namespace };
  const inside = labels.includes('svc') || (labels.length === 2 && known.has(second ?? ''));
  return inside && second !== undefined ? { name, namespace: second } : null;
}
