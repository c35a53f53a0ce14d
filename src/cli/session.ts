import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { type Config, loadConfig } from '../config/config.ts';
import { processEnvironment } from '../config/process-environment.ts';
import { createRedactor, type Redact } from '../evidence/redact.ts';
import { createLogger, type Logger } from '../lib/log.ts';
import type { TerminalStyle } from '../notify/terminal/render.ts';

/** What every command that reads the configuration needs. */
export interface Session {
  config: Config;
  log: Logger;
  redact: Redact;
}

/**
 * @param serves Whether the command takes webhooks or posts threads, and so needs what that takes.
 * @param servesTools Whether it serves the tools over HTTP.
 * @throws ConfigError with everything that is wrong.
 */
export function openSession(command: Command, serves: boolean, servesTools = false): Session {
  const { config: file } = command.optsWithGlobals<{ config?: string }>();
  return sessionOf(loadConfig({ env: processEnvironment(), file, serves, servesTools }));
}

/**
 * The key of the placeholders that stand for secrets lives as long as the process: equal secrets read the
 * same within an investigation, and nobody can test guesses against a report.
 */
export function sessionOf(config: Config): Session {
  const log = createLogger(config.logLevel);
  for (const warning of config.warnings) log.warn(warning);
  return { config, log, redact: createRedactor(randomBytes(32).toString('hex')) };
}

/** How to print on this terminal: colours as NO_COLOR, FORCE_COLOR and the stream say. */
export function terminalStyle(): TerminalStyle {
  return {
    colour: process.stdout.isTTY && process.stdout.hasColors(),
    width: process.stdout.columns ?? 100,
  };
}

export function print(text: string): void {
  process.stdout.write(text);
}

/** Aborts at Ctrl-C or when the supervisor asks to end. A second signal ends the process at once. */
export function endOfSession(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      controller.abort(new Error(name));
      process.once(name, () => process.exit(130));
    });
  }
  return controller.signal;
}
