/**
 * What one outside system answered when it was asked "can I use you?".
 *
 * `detail` is what was found, in words (a version, an account, an error) and never a secret. `advice` is what
 * the operator can do about it; null when there is nothing to do.
 */
export interface ProbeResult {
  system: string;
  ok: boolean;
  detail: string;
  advice: string | null;
}
