/** `2026-11-18T02:38:14Z` and some seconds: Kubernetes keeps no fractions. */
export function after(instant: string, seconds: number): string {
  return new Date(Date.parse(instant) + seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** From the making of a pod to its first running container. */
export const START_SECONDS = 3;
