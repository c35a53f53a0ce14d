import type { Source } from '../source.ts';
import { decode } from './decode.ts';
import { verify } from './verify.ts';

export const pagerduty: Source = {
  name: 'pagerduty',
  // PagerDuty drops what would be longer.
  maxBytes: 256 * 1024,
  verify,
  decode,
};
