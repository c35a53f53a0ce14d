import type { Source } from '../source.ts';
import { decode } from './decode.ts';

export const alertmanager: Source = { name: 'alertmanager', decode };
