import { createHmac } from 'node:crypto';
import { beforeAll, expect, it, vi } from 'vitest';
import { type FakePagerDuty, startFakePagerDuty } from '../fakes/pagerduty.ts';
import { embeddedDirectory } from '../services/backends.ts';
import { type RunningProgram, startProgram } from './program.ts';
import { alertBody } from './shop.ts';
import { cardsOf, concludedThread } from './thread.ts';
import { incidentOf, reportOf, startWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const SECRET = 'signing-secret-Kd83mmQz';
const TOKEN = 'pagerduty-token-Wq02vvLp';
const ALERT = 'CheckoutPaged';
const FROM = 'bot@shop.example';

let world: World;
let program: RunningProgram;
let pagerduty: FakePagerDuty;

beforeAll(async () => {
  const { alerts } = alertBody({ name: ALERT });
  const details = { firing: alerts, resolved: [], num_firing: '1', num_resolved: '0' };
  const alert = { id: 'PT4KHLK', status: 'triggered', body: { type: 'alert_body', details } };
  const [started, fake, data] = await Promise.all([
    startWorld(),
    startFakePagerDuty({ token: TOKEN, incidents: { PKNOWN: [alert] }, users: [FROM] }),
    embeddedDirectory(),
  ]);
  world = started;
  pagerduty = fake;
  const settings = {
    DATA_DIR: data.dir,
    PAGERDUTY_WEBHOOK_SECRETS: `before,${SECRET}`,
    PAGERDUTY_API_TOKEN: TOKEN,
    PAGERDUTY_API_URL: pagerduty.url,
    PAGERDUTY_FROM: FROM,
  };
  program = await startProgram(['serve'], world.with(settings));
  return async () => {
    program.kill('SIGKILL');
    await program.stopped;
    await Promise.all([world.close(), pagerduty.close(), data.remove()]);
  };
});

function send(id: string, incident: object, event_type = 'incident.triggered'): Promise<Response> {
  const occurred_at = new Date().toISOString();
  const data = { type: 'incident', status: 'triggered', urgency: 'high', ...incident };
  const body = JSON.stringify({
    event: { id, event_type, occurred_at, data },
  });
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const headers = { 'X-PagerDuty-Signature': `v1=${signature}` };
  return fetch(`${program.url}/webhooks/pagerduty`, { method: 'POST', headers, body });
}

it('makes one thread of an incident of PagerDuty, with the labels of the alerts behind it', async () => {
  for (const id of ['EVENT1', 'EVENT1']) {
    expect((await send(id, { id: 'PKNOWN', title: '[FIRING:1] x' })).status).toBe(202);
  }
  await concludedThread(world.slack, ALERT);
  expect(cardsOf(world.slack, ALERT)).toHaveLength(1);
  expect((await incidentOf(program.url, ALERT)).title).toBe(`${ALERT} · shop`);
  expect((await reportOf(program.url, ALERT)).gaps.join()).not.toContain('PagerDuty');
});

it('takes its report back as one note, which starts nothing when PagerDuty tells of it', async () => {
  const note = await pagerduty.firstNote('PKNOWN');
  expect(note).toMatchObject({ from: FROM, content: expect.stringContaining('Action required') });
  const told = { id: 'PNOTE1', type: 'incident_note', content: note.content };
  const annotated = await send('EVENT3', told, 'incident.annotated');
  expect(await annotated.json()).toMatchObject({ accepted: 0 });

  // What comes after it shows that nothing was left to come of it.
  await send('EVENT4', { id: 'PKNOWN', status: 'resolved' }, 'incident.resolved');
  await world.slack.onMessage(({ text }) => text.includes('Resolved'));
  expect(pagerduty.notesOf('PKNOWN')).toHaveLength(1);
  expect((await incidentOf(program.url, ALERT)).runs).toHaveLength(1);
});

it('says in the report when they could not be read, and keeps the token to itself', async () => {
  await send('EVENT2', { id: 'PUNKNOWN', title: 'CheckoutUnknown is slow' });
  await concludedThread(world.slack, 'CheckoutUnknown');
  expect((await reportOf(program.url, 'CheckoutUnknown')).gaps).toContain(
    'The alerts behind incident PUNKNOWN of PagerDuty are not known: PagerDuty answered with HTTP 404: ' +
      'there is no such incident in the account of PAGERDUTY_API_TOKEN.',
  );
  for (const secret of [TOKEN, SECRET]) expect(program.output()).not.toContain(secret);
});
