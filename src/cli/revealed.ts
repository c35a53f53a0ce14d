import type { Secret } from '../config/secret.ts';

/** The values of headers or variables, at the point of use. */
export function revealed(secrets: Record<string, Secret>): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, value.reveal()]));
}
