import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/store/schema.ts',
  out: './src/store/migrations',
  // The migrations' own ledger: not drizzle's default schema, which another program may use too.
  migrations: { schema: 'probable_cause', table: 'migrations' },
});
