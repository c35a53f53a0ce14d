import { type LogSignature, signatures } from './signature.ts';

const RIGHTS = signatures({ failureMode: 'rbac-denied', blames: 'speaker', score: 0.9 }, [
  [
    /is forbidden: User "system:serviceaccount:[^"]{1,200}" cannot (?:get|list|watch|create|update|patch|delete|deletecollection)\b/,
    'is refused by the API server: its service account lacks a permission',
  ],
  [
    /forbidden! ?Configured service account doesn't have access/i,
    'is refused by the API server: its service account lacks a permission',
  ],
]);

const SCHEMAS = signatures({ failureMode: 'bad-migration', blames: 'speaker', score: 0.85 }, [
  [
    /FlywayException|Migration of schema .{1,200} failed|Migration checksum mismatch|Validate failed: Migrations have failed/i,
    'cannot migrate its schema',
  ],
  [
    /liquibase\.exception|Validation Failed:.{0,80}change ?sets|Waiting for changelog lock/i,
    'cannot migrate its schema',
  ],
  [
    /Dirty database version \d+|alembic\.util\.exc|Can't locate revision identified by|django\.db\.migrations|PrismaClient.{0,80}P30\d\d|\bP3009\b|migrate found failed migrations/i,
    'cannot migrate its schema',
  ],
  [
    /relation "[^"]{1,128}" does not exist|column "?[\w.]{1,128}"? (?:of relation "[^"]{1,128}" )?does not exist|Unknown column '[^']{1,128}' in|Table '[^']{1,128}' doesn't exist|no such (?:table|column): /i,
    'asks for a table or column that its database does not have',
    { score: 0.75 },
  ],
]);

/** What programs may not do, and what their databases do not have. */
export const RIGHTS_AND_SCHEMA_SIGNATURES: readonly LogSignature[] = [...RIGHTS, ...SCHEMAS];
