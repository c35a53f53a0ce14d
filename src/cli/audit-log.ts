import { ConfigError } from '../config/problems.ts';
import { type AuditLog, openAuditLog } from '../mcp/audit.ts';
import type { Session } from './session.ts';

/** @throws ConfigError when the audit log cannot be written. */
export function openConfiguredAuditLog(
  { config: { auditLog: file }, log }: Pick<Session, 'config' | 'log'>,
  onLost: () => void,
): AuditLog {
  try {
    return openAuditLog({ file, log, onLost });
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new ConfigError([{ key: 'AUDIT_LOG', got, accepts: 'a file that can be appended to' }]);
  }
}
