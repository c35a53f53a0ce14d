import type { Source } from '../source.ts';
import { decode } from './decode.ts';

export const generic: Source = { name: 'generic', decode };
