/** What the global setup hands to every test file. */
interface Services {
  /** Null when `redis-server` is not installed. */
  redis: { url: string } | null;
  /** Null when PostgreSQL is not installed. Its databases are made per test. */
  postgres: { url: string } | null;
  /** A data directory as `initdb` leaves it, to be copied; appears when it is complete. */
  embeddedTemplate: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    services: Services;
  }
}
