import { expect, it } from 'vitest';
import { load, problemsOf, reveal } from './loading.ts';

const WITH_RECEIVERS = `
reconcile:
  alertmanager:
    - url: http://alertmanager:9093/
      headers: {Authorization: "Bearer \${AM}"}
      receivers: [probable-cause]
`;

it('asks nobody unless it is told to', () => {
  expect(load({}).reconcile).toBeNull();
  expect(load({}, 'reconcile: {}').reconcile).toMatchObject({ everySeconds: 60, lateSeconds: 180 });
});

it('reads whom to ask, and keeps the credentials to itself', () => {
  const { reconcile } = load({ AM: 'am-secret' }, WITH_RECEIVERS);
  expect(reconcile?.alertmanager).toMatchObject([
    { url: 'http://alertmanager:9093', receivers: ['probable-cause'] },
  ]);
  expect(reveal(reconcile?.alertmanager[0]?.headers.Authorization)).toBe('Bearer am-secret');
  expect(JSON.stringify(reconcile)).not.toContain('am-secret');
});

it('says what is missing', () => {
  expect(problemsOf({}, 'reconcile: {alertmanager: [{url: "http://a:9093"}]}')).toEqual([
    'reconcile.alertmanager[0].receivers | nothing | a list of receivers',
  ]);
  expect(problemsOf({}, 'reconcile: {pagerduty: {services: [shop]}}')).toEqual([
    expect.stringContaining('the id of a service, such as PABC123'),
  ]);
  expect(problemsOf({}, 'reconcile: {pagerduty: {}}')).toEqual([
    expect.stringContaining('PAGERDUTY_API_TOKEN | nothing, while reconcile.pagerduty is set'),
  ]);
});
