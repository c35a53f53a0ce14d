import type { DiagnosisCase } from './case.ts';
import { admission } from './cases/admission.ts';
import { scheduling } from './cases/scheduling.ts';
import { start } from './cases/start.ts';
import { startImages } from './cases/start-images.ts';
import { volumes } from './cases/volumes.ts';

/** Every case, family by family. */
export const CASES: readonly DiagnosisCase[] = [
  ...admission,
  ...scheduling,
  ...volumes,
  ...startImages,
  ...start,
];
