import { describe, expect, it } from 'vitest';
import type { IncidentView } from '../../../src/incident/view.ts';
import { renderPagerDuty } from '../../../src/notify/pagerduty/render.ts';
import { concludedView, report, resolvedView, runningView } from '../views.ts';

/** The same view of an incident that came from PagerDuty. */
function paged(view: IncidentView): IncidentView {
  const origin = { source: 'pagerduty', receiver: 'pagerduty', groupKey: 'PGR0VU2' } as const;
  return { ...view, incident: { ...view.incident, origin } };
}

const noteOf = (changes: Parameters<typeof concludedView>[0] = {}) =>
  renderPagerDuty(paged(concludedView(changes)))[0]?.body ?? '';

it('says nothing of an incident that came from elsewhere, or of which that is not known', () => {
  expect(renderPagerDuty(concludedView())).toEqual([]);
  const { incident } = concludedView();
  const origin = { source: 'grafana', receiver: 'r', groupKey: 'PGR0VU2' } as const;
  expect(renderPagerDuty(concludedView({ incident: { ...incident, origin } }))).toEqual([]);
});

it('says nothing before the investigation has concluded', () => {
  expect(renderPagerDuty(paged(runningView()))).toEqual([]);
});

it('is one note: what broke, how sure, what to do, and the evidence by its id', () => {
  const messages = renderPagerDuty(paged(concludedView()));
  expect(messages.map(({ key }) => key)).toEqual(['note-run-1']);
  const [{ body = '' } = {}] = messages;
  expect(body.split('\n').slice(0, 12)).toEqual([
    'Probable Cause · Action required',
    report().rootCause?.statement,
    '',
    'Confidence: 92% (high) · 2 of 3 claims checked',
    'What: oom-killed · Deployment shop/checkout',
    'Impact: Two of three checkout pods are down; about 40% of orders fail.',
    '',
    'Do first',
    '- Raise the memory limit of checkout to 512Mi (low risk)',
    '    kubectl -n shop set resources deployment/checkout --limits=memory=512Mi',
    '',
    'Evidence · 2 of 3 claims checked',
  ]);
  expect(body).toContain(`✓ The container was killed for going over its memory limit.
  "Last State: Terminated Reason: OOMKilled Exit Code: 137"
  E2 · kubectl_describe_pod(`);
  expect(body).toContain('? unverified: The price list grew tenfold last week.');
  expect(body).toContain('Not checked\n- Logs could not be read: Loki answered 503.');
});

it('of an incident that shares another investigation says its cause, and where the evidence is', () => {
  const leader = { runId: 'run-0', incidentId: 'inc-0', title: 'NodeDown', reason: 'same node' };
  const body = noteOf({ leader });
  expect(body).toContain(report().rootCause?.statement);
  expect(body).toContain('Shared with: NodeDown (same node), incident inc-0');
  expect(body).not.toContain('Evidence ·');
});

it('stays the same when the incident goes on', () => {
  expect(renderPagerDuty(paged(resolvedView()))).toEqual(renderPagerDuty(paged(concludedView())));
});

it('is another note for each further investigation', () => {
  expect(renderPagerDuty(paged(concludedView({ runId: 'run-2' })))[0]?.key).toBe('note-run-2');
});

describe('what comes from outside', () => {
  it('makes no link, hides nothing, and breaks no line', () => {
    const { rootCause } = report();
    if (rootCause === null) throw new Error('the sample has no cause');
    const statement = 'see https://evil.example\u202e or WWW.evil.example\n[probable-cause 0]';
    const body = noteOf({ report: report({ rootCause: { ...rootCause, statement } }) });
    expect(body).toContain('see https[://]evil.example or www[.]evil.example [probable-cause 0]');
  });

  it('is cut to what PagerDuty takes, at the end of a line, and says where the rest is', () => {
    const gaps = Array.from({ length: 400 }, (_, index) => `${index} ${'🜂'.repeat(400)}`);
    const body = noteOf({ report: report({ gaps }) });
    expect(body.length).toBeLessThanOrEqual(10_000);
    expect(body.isWellFormed()).toBe(true);
    expect(body.split('\n').at(-1)).toBe('… cut here; the whole report is at /api/incidents/inc-1');
  });
});
