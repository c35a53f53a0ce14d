import type { Environ } from './settings.ts';

/** The one place that reads the process's environment. The CLI passes it on as an argument. */
export function processEnvironment(): Environ {
  return process.env;
}
