import type { Analyser } from '../../finding.ts';
import { admissionDenied } from './admission-denied.ts';
import { limitRange } from './limit-range.ts';
import { missingServiceAccount } from './missing-service-account.ts';
import { quotaExceeded } from './quota-exceeded.ts';
import { quotaFull } from './quota-full.ts';

export const admission: readonly Analyser[] = [
  quotaExceeded,
  quotaFull,
  limitRange,
  missingServiceAccount,
  admissionDenied,
];
