import type { Source } from '../source.ts';
import { decode } from './decode.ts';

export const grafana: Source = { name: 'grafana', decode };
