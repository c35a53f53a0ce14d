import type { DiagnosisCase } from './case.ts';
import { admission } from './cases/admission.ts';
import { run } from './cases/run.ts';
import { storeCases } from './cases/stores.ts';

/** Every case, family by family. */
export const CASES: readonly DiagnosisCase[] = [...admission, ...run, ...storeCases];
