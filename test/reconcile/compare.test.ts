import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/alert/alert.ts';
import type { WatchedGroup } from '../../src/alertmanager/client.ts';
import { groupIdOf } from '../../src/incident/identity.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { compareWithAlertmanager } from '../../src/reconcile/alertmanager.ts';
import { compareWithPagerDuty } from '../../src/reconcile/pagerduty.ts';
import { resolutionOf, watchAt } from '../../src/reconcile/watch.ts';
import { alert, at, delivery } from '../incident/deliveries.ts';
import { play } from '../incident/play.ts';

const LATE_MS = 180_000;
const watch = (minute: number) => watchAt(new Date(at(minute)), LATE_MS);
const heard = delivery(at(1), [alert('a')]);

function group(alerts: WatchedGroup['alerts'], more: Partial<WatchedGroup> = {}): WatchedGroup {
  const { receiver, groupKey, groupLabels, externalUrl } = heard;
  return {
    receiver,
    groupKey,
    groupLabels,
    groupIntervalMs: 300_000,
    externalUrl,
    alerts,
    ...more,
  };
}

const firing = (fingerprint: string, suppressedBy: string[] = []) => ({
  alert: alert(fingerprint),
  suppressedBy,
});

function openAfter(...deliveries: Delivery[]): Incident {
  const { incident } = play(...deliveries);
  if (incident?.status !== 'open') throw new Error('no incident is open');
  return incident;
}

function compare(groups: WatchedGroup[], incidents: Incident[], minute = 10) {
  return compareWithAlertmanager(
    { groups, receivers: ['probable-cause'] },
    incidents,
    watch(minute),
  );
}

describe('what fires in Alertmanager', () => {
  it('and is in no open incident is the delivery that its webhook would have been', () => {
    const { deliveries } = compare([group([firing('a'), firing('b')])], []);
    const [found] = deliveries;
    expect(found).toMatchObject({
      id: expect.stringMatching(/^poll-[0-9a-f]{24}$/),
      status: 'firing',
      receivedAt: at(10),
      groupKey: heard.groupKey,
      commonLabels: { alertname: 'KubePodCrashLooping', namespace: 'shop' },
    });
    expect(found && groupIdOf(found)).toBe(groupIdOf(heard));
    expect(found?.alerts).toHaveLength(2);
  });

  it('is left to its webhook for a while', () => {
    expect(compare([group([firing('a')])], [], 2).deliveries).toEqual([]);
  });

  it('and joins a group that was told of already waits for the interval of that group besides', () => {
    const open = openAfter(heard);
    expect(compare([group([firing('a'), firing('b')])], [open], 7).deliveries).toEqual([]);
    expect(compare([group([firing('a'), firing('b')])], [open], 9).deliveries).toHaveLength(1);
  });

  it('is not told again while an open incident holds it, until another of its group is missed', () => {
    const open = openAfter(heard);
    expect(compare([group([firing('a')])], [open]).deliveries).toEqual([]);
    expect(compare([group([firing('a'), firing('b')])], [open]).deliveries).toHaveLength(1);
  });

  it('makes the same delivery at the next look, and with both peers of a pair', () => {
    const one = compare([group([firing('a'), firing('b')])], []).deliveries;
    const two = [group([firing('b')]), group([firing('a')], { externalUrl: 'http://peer' })];
    const both = compare(two, [], 11).deliveries;
    expect(both).toHaveLength(1);
    expect(both[0]?.id).toBe(one[0]?.id);
  });

  it('joins the incident of a webhook that comes late after all, and is joined by it', () => {
    const [found] = compare([group([firing('a')])], []).deliveries;
    if (found === undefined) throw new Error('nothing was found');
    const late = delivery(at(10, 20), [alert('a')]);
    expect(play(found, late).decisions).toEqual(['open: first-seen', 'ignore: copy']);
    expect(play(late, found)).toMatchObject({ opened: 1 });
  });

  it('is not told while it is suppressed, nor where its group has no name', () => {
    expect(compare([group([firing('a', ['silence 1f3c'])])], []).deliveries).toEqual([]);
    expect(compare([group([firing('a')], { groupKey: null })], []).deliveries).toEqual([]);
  });
});

describe('an open incident', () => {
  it('is gone when nothing of it fires, and stays while an alert or its group does', () => {
    const open = openAfter(heard);
    const gone = (groups: WatchedGroup[]) => compare(groups, [open]).gone.length;
    expect(gone([])).toBe(1);
    expect(gone([group([firing('b')])])).toBe(0);
    expect(gone([group([firing('a')], { groupKey: null })])).toBe(0);
    expect(gone([group([firing('a')], { receiver: 'other', groupKey: 'x' })])).toBe(1);
  });

  it('of another source or receiver is nothing to Alertmanager', () => {
    const origin = { source: 'grafana', receiver: 'probable-cause', groupKey: 'g' } as const;
    expect(compare([], [{ ...openAfter(heard), origin }]).gone).toEqual([]);
    expect(compare([], [openAfter({ ...heard, receiver: 'x' })]).gone).toEqual([]);
  });

  it('is resolved by the delivery that says so, whatever had been left out of a body', () => {
    const cut = { ...heard, truncatedAlerts: 3 };
    const [resolution] = resolutionOf(openAfter(cut), watch(10));
    if (resolution === undefined) throw new Error('there is no resolution');
    expect(play(cut, resolution).decisions[1]).toBe('resolve: all-resolved');
  });

  it('is not resolved when its group key held a secret: it would be that of another group', () => {
    const open = openAfter(heard);
    expect(resolutionOf({ ...open, groupId: 'another' }, watch(10))).toEqual([]);
  });

  it('is silenced when all that fires of it is, with what suppresses it', () => {
    const open = openAfter(delivery(at(1), [alert('a'), alert('b')]));
    const silent = (by: string[]) =>
      compare([group([firing('a', ['silence 1']), firing('b', by)])], [open]);
    expect(silent([]).silences).toEqual([]);
    expect(silent(['inhibition by ff']).silences).toEqual([
      { incidentId: open.id, by: ['inhibition by ff', 'silence 1'] },
    ]);
  });
});

describe('what PagerDuty lists as open', () => {
  const listed = { id: 'PGR0VU2', status: 'triggered', created_at: at(0), title: 'OOM' };
  const nothing = { html_url: null, last_status_change_at: null, service: null, priority: null };
  const incident = { ...listed, ...nothing, urgency: 'high' };
  const compared = (minute: number, incidents: Incident[] = []) =>
    compareWithPagerDuty([incident], incidents, watch(minute));

  it('and is in no open incident is the delivery that its webhook would have been', () => {
    const [found] = compared(10).deliveries;
    expect(found).toMatchObject({ groupKey: 'PGR0VU2', status: 'firing', lacks: 'alerts' });
    expect(compared(11).deliveries[0]?.id).toBe(found?.id);
    expect(compared(2).deliveries).toEqual([]);
    const opened = found && openAfter(found);
    expect(compared(20, opened ? [opened] : []).deliveries).toEqual([]);
  });

  it('leaves the others to be asked for', () => {
    const [found] = compared(10).deliveries;
    const open = found === undefined ? [] : [openAfter(found)];
    expect(compareWithPagerDuty([], open, watch(20)).gone).toEqual(open);
    expect(compareWithPagerDuty([incident], open, watch(20)).gone).toEqual([]);
  });
});
