import { describe, expect, it } from 'vitest';
import { applyDelivery } from '../../src/incident/apply.ts';
import { groupIdOf, incidentIdOf } from '../../src/incident/identity.ts';
import { telling } from '../../src/incident/known-alerts.ts';
import { alert, at, delivery, resolved } from './deliveries.ts';
import { play } from './play.ts';

const environmentOf = () => 'prod';

describe('deciding on a delivery', () => {
  it('opens an incident for the first firing delivery of a group', () => {
    const { decisions, incident } = play(delivery(at(1), [alert('a')]));
    expect(decisions).toEqual(['open: first-seen']);
    expect(incident).toMatchObject({ status: 'open', environment: 'prod', startedAt: at(0) });
    expect(incident?.title).toBe('KubePodCrashLooping · shop');
  });

  it('ignores a resolution of something it never saw fire', () => {
    const { decisions, incident } = play(delivery(at(1), [resolved('a', at(1))]));
    expect(decisions).toEqual(['ignore: resolved-before-seen']);
    expect(incident).toBeNull();
  });

  it('ignores the copy that the other peer of a pair sends', () => {
    const copy = delivery(at(1, 15), [alert('a')], { externalUrl: 'http://peer:9093' });
    expect(play(delivery(at(1), [alert('a')]), copy).decisions[1]).toBe('ignore: copy');
  });

  it('joins an alert that is new to an open incident, whichever peer sends it', () => {
    const { decisions, incident } = play(
      delivery(at(1), [alert('a')]),
      delivery(at(2), [alert('b', { startsAt: at(1) })]),
    );
    expect(decisions[1]).toBe('join: new-alerts');
    expect(Object.keys(incident?.alerts ?? {})).toEqual(['a', 'b']);
  });

  it('keeps where the group comes from, so that an answer finds its way back', () => {
    const { incident } = play(delivery(at(1), [alert('a')]));
    const { source, receiver, groupKey } = delivery(at(1), [alert('a')]);
    expect(incident?.origin).toEqual({ source, receiver, groupKey });
  });

  it('counts what stood in for the alerts no more once one of them is known', () => {
    const labels = { alertname: 'x', severity: 'high' };
    const standIn = alert('incident', { standsIn: true, labels });
    const known = alert('a', { labels: { alertname: 'X', severity: 'warning' } });
    const opens = delivery(at(1), [standIn]);
    const whole = delivery(at(3), [known]);
    const again = delivery(at(5), [standIn], { id: 'again' });
    const { decisions, incident } = play(opens, whole, again);
    expect(decisions).toEqual(['open: first-seen', 'join: new-alerts', 're-fire: repeated']);
    expect(incident?.severity).toBe('warning');
    expect(incident && telling(incident)).toMatchObject([{ fingerprint: 'a' }]);
    expect(play(whole, opens, again).incident?.severity).toBe('warning');
    const over = delivery(at(7), [resolved('a', at(6))]);
    expect(play(opens, whole, again, over).incident?.status).toBe('resolved');
  });

  it('takes a repeat of the same alerts after the copy window as a re-fire', () => {
    const { decisions } = play(delivery(at(1), [alert('a')]), delivery(at(6), [alert('a')]));
    expect(decisions[1]).toBe('re-fire: repeated');
  });

  it('notes a partial resolution without a word in the thread', () => {
    const { decisions, incident } = play(
      delivery(at(1), [alert('a'), alert('b')]),
      delivery(at(6), [resolved('a', at(5)), alert('b')]),
    );
    expect(decisions[1]).toBe('ignore: partly-resolved');
    expect(incident).toMatchObject({ status: 'open', alerts: { a: { status: 'resolved' } } });
  });

  it('resolves when the group says that all are resolved', () => {
    const { decisions, incident } = play(
      delivery(at(1), [alert('a')]),
      delivery(at(6), [resolved('a', at(5))]),
    );
    expect(decisions[1]).toBe('resolve: all-resolved');
    expect(incident).toMatchObject({ status: 'resolved', resolvedAt: at(5) });
  });

  it('opens a new incident, with its own identity, when the alert starts anew after a resolution', () => {
    const first = play(delivery(at(1), [alert('a')]), delivery(at(6), [resolved('a', at(5))]));
    const again = delivery(at(30), [alert('a', { startsAt: at(29) })]);
    const outcome = applyDelivery(first.incident, again, groupIdOf(again), environmentOf);
    expect(outcome.decision).toEqual({ kind: 'open', reason: 'new-episode' });
    expect(outcome.incident?.id).not.toBe(first.incident?.id);
  });

  it('ignores a firing delivery that the resolution overtook', () => {
    const { decisions, incident } = play(
      delivery(at(1), [alert('a'), alert('b')]),
      delivery(at(6), [resolved('a', at(5)), resolved('b', at(5))]),
      delivery(at(6, 10), [alert('a')]),
    );
    expect(decisions[2]).toBe('ignore: overtaken-by-resolution');
    expect(incident).toMatchObject({ status: 'resolved', alerts: { a: { status: 'resolved' } } });
  });

  it('reopens when the same firing goes on long after a resolution', () => {
    const { decisions, incident } = play(
      delivery(at(1), [alert('a')]),
      delivery(at(6), [resolved('a', at(5))]),
      delivery(at(16), [alert('a')]),
    );
    expect(decisions[2]).toBe('reopen: fires-on-after-resolution');
    expect(incident).toMatchObject({ status: 'open', resolvedAt: null });
  });

  it('reopens, rather than opening the same episode again, when new alerts join ones that fire on', () => {
    const { decisions, incident } = play(
      delivery(at(1), [alert('a')]),
      delivery(at(6), [resolved('a', at(5))]),
      delivery(at(16), [alert('a'), alert('b', { startsAt: at(15) })]),
    );
    expect(decisions[2]).toBe('reopen: fires-on-after-resolution');
    expect(Object.keys(incident?.alerts ?? {})).toEqual(['a', 'b']);
  });

  it('lets what was received later win when jobs run out of order', () => {
    const { decisions, incident } = play(
      delivery(at(6), [alert('a'), resolved('b', at(5))]),
      delivery(at(3), [alert('a'), alert('b')]),
    );
    expect(decisions[1]).toBe('ignore: overtaken');
    expect(incident?.alerts.b?.status).toBe('resolved');
  });

  it('gives an incident the same id however often its opening delivery is decided on', () => {
    const one = play(delivery(at(1), [alert('a')])).incident;
    const two = play(delivery(at(1), [alert('a')])).incident;
    expect(one?.id).toBe(two?.id);
    expect(one?.id).toBe(incidentIdOf(one?.episodeId ?? ''));
  });

  it('opens an incident of its own for an alert of the same start that shows after a resolution', () => {
    const first = play(delivery(at(1), [alert('a')]), delivery(at(6), [resolved('a', at(5))]));
    const late = delivery(at(30), [alert('b')]);
    const outcome = applyDelivery(first.incident, late, groupIdOf(late), environmentOf);
    expect(outcome.decision.kind).toBe('open');
    expect(outcome.incident?.startedAt).toBe(first.incident?.startedAt);
    expect(outcome.incident?.id).not.toBe(first.incident?.id);
  });

  it('does not take the status of a cut body for that of the group', () => {
    const { decisions, incident } = play(
      delivery(at(1), [alert('a'), alert('b')]),
      delivery(at(6), [resolved('a', at(5))], { truncatedAlerts: 1 }),
    );
    expect(decisions[1]).toBe('ignore: partly-resolved');
    expect(incident).toMatchObject({ status: 'open', alerts: { b: { status: 'firing' } } });
  });

  it.each(['toString', 'constructor', '__proto__'])(
    'is not fooled by the fingerprint %s',
    (name) => {
      const { decisions } = play(delivery(at(1), [alert('a')]), delivery(at(2), [alert(name)]));
      expect(decisions[1]).toBe('join: new-alerts');
    },
  );

  it('names the worst severity and the narrowest subject', () => {
    const { incident } = play(
      delivery(
        at(1),
        [
          alert('a', { labels: { severity: 'warning' } }),
          alert('b', { labels: { severity: 'critical' } }),
        ],
        { commonLabels: { alertname: 'X', namespace: 'shop', deployment: 'checkout' } },
      ),
    );
    expect(incident).toMatchObject({ severity: 'critical', title: 'X · shop/checkout' });
  });

  it('does not take the exporter that tells of a workload for the workload', () => {
    const { incident } = play(
      delivery(at(1), [alert('a')], {
        commonLabels: {
          alertname: 'X',
          namespace: 'shop',
          container: 'checkout',
          service: 'kube-state-metrics',
          instance: '10.0.0.1:8080',
          job: 'kube-state-metrics',
        },
      }),
    );
    expect(incident?.title).toBe('X · shop/checkout');
  });
});

describe('what a delivery could not tell', () => {
  const gaps = ['its alerts are not known'];

  it('is known of the incident until a later delivery tells it', () => {
    const lacking = delivery(at(1), [alert('a')], { gaps });
    const whole = delivery(at(6), [alert('a'), alert('b')]);
    expect(play(lacking).incident?.gaps).toEqual(gaps);
    expect(play(lacking, whole).incident?.gaps).toEqual([]);
    expect(play(whole, delivery(at(12), [alert('a')], { gaps })).incident?.gaps).toEqual(gaps);
  });

  it('is not lacking again because an earlier delivery comes late', () => {
    const late = delivery(at(1), [alert('c')], { gaps });
    expect(play(delivery(at(6), [alert('a')]), late).incident?.gaps).toEqual([]);
  });
});
