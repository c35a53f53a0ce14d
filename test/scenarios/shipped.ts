import { fileURLToPath } from 'node:url';

/** Where the cases lie that come with the program. */
export const SHIPPED_CASES = fileURLToPath(new URL('../../examples/cases', import.meta.url));
