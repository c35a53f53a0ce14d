import type { DiagnosisCase } from './case.ts';
import { admission } from './cases/admission.ts';

/** Every case, family by family. */
export const CASES: readonly DiagnosisCase[] = [...admission];
