import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/evidence/redact.ts';
import type { IncidentView } from '../../../src/incident/view.ts';
import { createPagerDutyNotes } from '../../../src/notify/pagerduty/index.ts';
import { isInLine, syncThread } from '../../../src/notify/sync.ts';
import { createPagerDutyClient } from '../../../src/pagerduty/client.ts';
import {
  type FakePagerDuty,
  type FakePagerDutyOptions,
  RESET_SECONDS,
  startFakePagerDuty,
} from '../../fakes/pagerduty.ts';
import { INCIDENT, TOKEN } from '../../pagerduty/samples.ts';
import { type MemoryLedger, memoryLedger } from '../memory-ledger.ts';
import { concludedView, report, resolvedView, runningView } from '../views.ts';

const FROM = 'bot@shop.example';

let pagerduty: FakePagerDuty;
let ledger: MemoryLedger;

async function start(options: Partial<FakePagerDutyOptions> = {}): Promise<void> {
  const incidents = { [INCIDENT]: [] };
  pagerduty = await startFakePagerDuty({ token: TOKEN, incidents, users: [FROM], ...options });
}

beforeEach(async () => {
  await start();
  ledger = memoryLedger();
});
afterEach(() => pagerduty.close());

function channel({ from = FROM, timeoutMs = 5_000 } = {}) {
  const client = createPagerDutyClient({ url: pagerduty.url, token: TOKEN, timeoutMs });
  return createPagerDutyNotes({ client, from, redact: createRedactor('a key') });
}

function paged(view: IncidentView, groupKey = INCIDENT): IncidentView {
  const origin = { source: 'pagerduty', receiver: 'pagerduty', groupKey } as const;
  return { ...view, incident: { ...view.incident, origin } };
}

function sync(view: IncidentView, options: Parameters<typeof channel>[0] = {}) {
  const signal = new AbortController().signal;
  return syncThread({ channel: channel(options), ledger, view, owner: 'worker-1', signal });
}

const notes = () => pagerduty.notesOf(INCIDENT);
const asked = () => pagerduty.requests.map(({ method }) => method);

describe('an incident of PagerDuty', () => {
  it('gets one note, once its report is there, in the name of the user', async () => {
    await sync(paged(runningView()));
    expect(asked()).toEqual([]);
    for (const view of [concludedView(), concludedView(), resolvedView()]) await sync(paged(view));
    expect(notes()).toMatchObject([{ from: FROM, content: expect.stringContaining('OOMKilled') }]);
    expect(asked()).toEqual(['POST']);
    expect(await isInLine(channel(), ledger, paged(resolvedView()))).toBe(true);
  });

  it('gets one more for each further investigation', async () => {
    await sync(paged(concludedView()));
    await sync(paged(runningView({ runId: 'run-2' })));
    await sync(paged(concludedView({ runId: 'run-2', report: report({ runId: 'run-2' }) })));
    expect(notes()).toHaveLength(2);
  });

  it('is asked for nothing when it came from elsewhere', async () => {
    expect(await sync(concludedView())).toMatchObject({ posted: [], refused: [] });
    expect(asked()).toEqual([]);
  });

  it('is told no secret, though one got as far as a report', async () => {
    const secret = 'AKIAIOSFODNN7EXAMQLE';
    await sync(paged(concludedView({ report: report({ impact: `The key ${secret} leaked.` }) })));
    expect(notes()[0]?.content).toContain('[REDACTED:');
    expect(notes()[0]?.content).not.toContain(secret);
  });
});

describe('an answer that got lost', () => {
  it.each([
    ['a 500', { kind: 'reply', reply: { status: 500, body: '' } }],
    ['a reset', { kind: 'reset' }],
    ['a timeout', { kind: 'hang' }],
    ['an answer without the note', { kind: 'reply', reply: { status: 200, body: {} } }],
  ] as const)('by %s makes no second note', async (_what, failure) => {
    pagerduty.failNext({ ...failure, accepted: true });
    await expect(sync(paged(concludedView()), { timeoutMs: 200 })).rejects.toMatchObject({
      name: 'ChannelError',
      retry: true,
      retryAfterMs: null,
    });
    await sync(paged(concludedView()));
    expect(notes()).toHaveLength(1);
    expect(asked()).toEqual(['POST', 'GET']);
  });

  it('is told from a request that never arrived by looking, and then the note is posted', async () => {
    pagerduty.failNext({ kind: 'reset' });
    await expect(sync(paged(concludedView()))).rejects.toThrow('connection');
    await sync(paged(concludedView()));
    expect(notes()).toHaveLength(1);
    expect(asked()).toEqual(['POST', 'GET', 'POST']);
  });

  it('is not taken for answered by the note of another investigation', async () => {
    await sync(paged(concludedView()));
    pagerduty.failNext({ kind: 'reset' });
    const later = paged(concludedView({ runId: 'run-2' }));
    await expect(sync(later)).rejects.toThrow();
    await sync(later);
    expect(notes()).toHaveLength(2);
  });
});

describe('a refusal', () => {
  it('for the rate comes back when PagerDuty says, without looking', async () => {
    const headers = { 'ratelimit-reset': `${RESET_SECONDS}` };
    pagerduty.failNext({ kind: 'reply', reply: { status: 429, body: {}, headers } });
    await expect(sync(paged(concludedView()))).rejects.toMatchObject({
      name: 'RetryLater',
      afterMs: RESET_SECONDS * 1000,
    });
    await sync(paged(concludedView()));
    expect(asked()).toEqual(['POST', 'POST']);
  });

  it('of a user that is not there is final and says what to set', async () => {
    const { refused } = await sync(paged(concludedView()), { from: 'nobody@shop.example' });
    expect(refused).toMatchObject([{ reason: expect.stringContaining('PAGERDUTY_FROM') }]);
  });

  it('of a token that only reads is final and says so', async () => {
    await pagerduty.close();
    await start({ readOnly: true });
    const { refused } = await sync(paged(concludedView()));
    expect(refused).toMatchObject([{ reason: expect.stringContaining('read-only key') }]);
    expect(JSON.stringify(refused)).not.toContain(TOKEN);
  });

  it('of an incident that is not there is final', async () => {
    const { refused } = await sync(paged(concludedView(), 'PGONE'));
    expect(refused).toMatchObject([{ reason: expect.stringContaining('no such incident') }]);
  });
});
