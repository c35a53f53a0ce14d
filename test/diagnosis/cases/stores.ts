import type { DiagnosisCase } from '../case.ts';
import { storesAccess } from './stores-access.ts';
import { storesService } from './stores-service.ts';

/** Databases, caches, queues, and who uses them. */
export const storeCases: DiagnosisCase[] = [...storesAccess, ...storesService];
