import type { EnvValues } from './env-values.ts';
import type { Secret } from './secret.ts';

export interface PagerDutyConfig {
  /** Any one of them may have signed a webhook. Empty: PagerDuty's webhooks are refused. */
  webhookSecrets: Secret[];
  /** Null: what is behind an incident is a gap of its report. A process of webhooks alone needs none. */
  apiToken: Secret | null;
  apiUrl: string;
  /** Whose notes reports become; null: none are written. */
  from: string | null;
}

export function pagerdutyOf(fromEnv: EnvValues): PagerDutyConfig {
  return {
    webhookSecrets: fromEnv.pagerdutySecrets ?? [],
    apiToken: fromEnv.pagerdutyToken ?? null,
    apiUrl: fromEnv.pagerdutyUrl ?? 'https://api.pagerduty.com',
    from: fromEnv.pagerdutyFrom ?? null,
  };
}
