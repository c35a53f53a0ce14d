import type { EnvValues } from './env-values.ts';
import type { Secret } from './secret.ts';

export interface PagerDutyConfig {
  /** Any one of them may have signed a webhook. Empty: PagerDuty's webhooks are refused. */
  webhookSecrets: Secret[];
}

export function pagerdutyOf(fromEnv: EnvValues): PagerDutyConfig {
  return { webhookSecrets: fromEnv.pagerdutySecrets ?? [] };
}
