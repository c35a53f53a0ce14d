import { after } from '../times.ts';

/** The nightly CronJob billing/invoice-export starts, with ten pods in place of two. */
export const JOB_AT = '2026-11-20T02:00:00Z';
/** Every connection that an application may have is taken. */
export const FULL_AT = after(JOB_AT, 40);
/** orders-api notices as its pooled connections reach their end of life and cannot be replaced. */
export const ERRORS_AT = after(JOB_AT, 120);
export const NOW = '2026-11-20T02:09:31Z';

export const ORDERS_API = 'orders-api-7d5c9f8b64';
export const READY_PODS = ['2wkzn', '6hxlq', 'b8tzr', 'n9dmj'];
export const UNREADY_PODS = [
  { suffix: 'kc4vf', node: 'worker-b2', since: after(JOB_AT, 427) },
  { suffix: 'x7qsp', node: 'worker-a1', since: after(JOB_AT, 483) },
] as const;

export const JOB = 'invoice-export-29919000';
export const JOB_PODS = [
  '2fkzt',
  '4xq9d',
  '5mwrb',
  '7hjsc',
  '8vlnp',
  'bd6gw',
  'cz2kx',
  'jr9tm',
  'qn5fh',
  'wp8vz',
];
