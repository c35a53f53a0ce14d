/** Databases, caches and brokers, by how they are called and where they listen. */
const NAMES =
  /(?:^|[-_./])(?:my-?sql|maria-?db|percona|postgres(?:ql)?|pg|mongo(?:db)?|redis|valkey|memcached?|rabbit-?mq|kafka|cassandra|elasticsearch|opensearch|clickhouse|nats|db|database)(?:$|[-_.:/\d])/i;
const PORTS: ReadonlySet<number> = new Set([
  3306, 33060, 5432, 6432, 27017, 6379, 11211, 5672, 5671, 9092, 9042, 9200, 1433, 1521,
]);

export function isStore(of: {
  names: readonly string[];
  images: readonly string[];
  port: number | null;
}): boolean {
  return (
    [...of.names, ...of.images].some((it) => NAMES.test(it)) ||
    (of.port !== null && PORTS.has(of.port))
  );
}
