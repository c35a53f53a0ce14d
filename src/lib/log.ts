import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * JSON lines on stderr: stdout belongs to command output and to MCP over stdio.
 * Paths that could hold a credential are censored as a second line of defence; nothing should log them.
 */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['*.token', '*.password', '*.apiKey', '*.authorization', '*.headers'],
        censor: '[redacted]',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
