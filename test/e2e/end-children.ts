import { afterAll } from 'vitest';
import { endChildren } from './children.ts';

/** When its preparation fails, a test file has nobody else to end what it had started by then. */
afterAll(endChildren);
