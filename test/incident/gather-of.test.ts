import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, gatherOf, type Newcomer } from '../../src/incident/gather-of.ts';
import type { Outline } from '../../src/incident/outline.ts';
import { at } from './deliveries.ts';

const SETTINGS = { windowMs: 120_000, crowd: 10 };

function outline(change: Partial<Outline> = {}): Outline {
  return {
    title: 'An alert',
    severity: 'warning',
    labels: {},
    nodes: [],
    workloads: [],
    dependencies: [],
    namespaces: [],
    pods: [],
    ...change,
  };
}

/** Opened at 03:01:00, unless said. */
function newcomer(about: Partial<Outline>, change: Partial<Newcomer> = {}): Newcomer {
  const openedAt = at(1);
  return { incidentId: 'new', openedAt, outline: outline(about), escalates: false, ...change };
}

/** Waits for others to come, and was opened 10 s before, unless said. */
function candidate(about: Partial<Outline>, change: Partial<Candidate> = {}): Candidate {
  const runId = change.runId ?? 'old-r1';
  return {
    runId,
    incidentId: `incident of ${runId}`,
    openedAt: at(0, 50),
    waits: true,
    outline: outline(about),
    ...change,
  };
}

function gather(one: Newcomer, candidates: Candidate[], openedInMinute = 2, settings = SETTINGS) {
  return gatherOf(one, { candidates, openedInMinute }, settings);
}

const alone = { leader: null, members: [] };
const warning = { severity: 'warning' };
const critical = { severity: 'critical' };
const onNode = { nodes: ['worker-3'] };
const inShop = { namespaces: ['shop'] };

describe('an incident that is not urgent', () => {
  it.each([
    ['a node', onNode, onNode, 'shares node worker-3'],
    [
      'a workload',
      { workloads: ['shop/cart'] },
      { workloads: ['shop/api', 'shop/cart'] },
      'shares workload shop/cart',
    ],
    [
      'a dependency',
      { dependencies: ['orders-db'] },
      { dependencies: ['orders-db'] },
      'shares dependency orders-db',
    ],
    [
      'what one depends on and the other is about',
      { dependencies: ['orders-db'] },
      { workloads: ['data/orders-db'] },
      'shares dependency orders-db',
    ],
    [
      'what it is about and the other depends on',
      { workloads: ['data/orders-db'] },
      { dependencies: ['data/orders-db'] },
      'shares dependency data/orders-db',
    ],
    ['a namespace and a minute', inShop, inShop, 'opened in namespace shop within a minute'],
  ])('joins one that shares %s', (_what, one, other, reason) => {
    const { leader } = gather(newcomer(one), [candidate(other)]);
    expect(leader).toEqual({ runId: 'old-r1', reason });
  });

  it.each([
    ['another node', onNode, { nodes: ['worker-4'] }],
    ['another namespace', inShop, { namespaces: ['data'] }],
    ['nothing that is known', {}, {}],
  ])('is investigated by itself beside one of %s', (_what, one, other) => {
    expect(gather(newcomer(one), [candidate(other)])).toEqual(alone);
  });

  it('joins for a namespace within a minute alone, for what both name within the window', () => {
    const earlier = { openedAt: at(-0, -30) };
    expect(gather(newcomer(inShop), [candidate(inShop, earlier)])).toEqual(alone);
    expect(gather(newcomer(onNode), [candidate(onNode, earlier)]).leader).not.toBeNull();
    const tooEarly = { openedAt: at(-2) };
    expect(gather(newcomer(onNode), [candidate(onNode, tooEarly)])).toEqual(alone);
  });

  it('joins for the minute alone once that has seen a crowd', () => {
    expect(gather(newcomer({}), [candidate({})], 10)).toEqual(alone);
    expect(gather(newcomer({}), [candidate({})], 11).leader).toEqual({
      runId: 'old-r1',
      reason: 'one of more than 10 that opened within a minute',
    });
  });

  it('joins the closest: what both name before where, and where before when; of equals the first', () => {
    const candidates = [
      candidate({}, { runId: 'when', openedAt: at(0, 30) }),
      candidate(inShop, { runId: 'where', openedAt: at(0, 40) }),
      candidate(onNode, { runId: 'later', openedAt: at(0, 55) }),
      candidate(onNode, { runId: 'what' }),
    ];
    expect(gather(newcomer({ ...onNode, ...inShop }), candidates, 20).leader?.runId).toBe('what');
    expect(gather(newcomer(inShop), candidates, 20).leader?.runId).toBe('where');
    expect(gather(newcomer({}), candidates, 20).leader?.runId).toBe('when');
  });

  it('joins a run that is under way, and an urgent one', () => {
    expect(gather(newcomer(onNode), [candidate(onNode, { waits: false })]).leader).not.toBeNull();
    const urgent = candidate({ ...onNode, ...critical });
    expect(gather(newcomer(onNode), [urgent]).leader).not.toBeNull();
  });

  it('takes nobody along', () => {
    expect(gather(newcomer(onNode, { escalates: true }), [candidate(onNode)])).toEqual(alone);
  });
});

describe('an urgent incident', () => {
  const urgent = (about: Partial<Outline>, change: Partial<Newcomer> = {}) =>
    newcomer({ ...critical, ...about }, change);

  it('never joins one that waits for others, but takes it along', () => {
    expect(gather(urgent(onNode), [candidate(onNode)])).toEqual({
      leader: null,
      members: [{ runId: 'old-r1', reason: 'shares node worker-3' }],
    });
  });

  it('joins one that does not wait, when both name the same thing', () => {
    const running = candidate(onNode, { waits: false });
    expect(gather(urgent(onNode), [running]).leader?.runId).toBe('old-r1');
    const sameSeverity = candidate({ ...onNode, ...critical });
    expect(gather(urgent(onNode), [sameSeverity]).leader?.runId).toBe('old-r1');
  });

  it('is investigated by itself when it is only near to one that does not wait', () => {
    const running = candidate(inShop, { waits: false });
    expect(gather(urgent(inShop), [running], 20)).toEqual(alone);
    expect(gather(urgent(inShop), [candidate({ ...inShop, ...critical })], 20)).toEqual(alone);
  });

  it('has its own investigation when it has just become urgent, which its waiting one joins', () => {
    const own = candidate(warning, { runId: 'new-r1', incidentId: 'new' });
    const other = candidate({ ...onNode, ...critical }, { waits: false });
    expect(gather(urgent(onNode, { escalates: true }), [own, other])).toEqual({
      leader: null,
      members: [{ runId: 'new-r1', reason: 'its severity rose' }],
    });
  });

  it.each(['critical', 'CRITICAL', 'page'])('is one of severity %s', (severity) => {
    expect(gather(newcomer({ ...onNode, severity }), [candidate(onNode)]).leader).toBeNull();
  });
});

it('is decided alike whatever the order of the candidates', () => {
  const abouts = fc.constantFrom<Partial<Outline>>(onNode, inShop, {}, { ...onNode, ...critical });
  const candidates = fc
    .array(fc.record({ about: abouts, second: fc.nat(59), waits: fc.boolean() }), { maxLength: 8 })
    .map((all) =>
      all.map(({ about, second, waits }, index) =>
        candidate(about, { runId: `r${index}`, openedAt: at(0, second), waits }),
      ),
    );
  const shuffled = candidates.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, abouts, fc.boolean(), ([given, other], about, escalates) => {
      const one = newcomer({ ...about, ...inShop }, { escalates });
      expect(gather(one, other, 20)).toEqual(gather(one, given, 20));
    }),
  );
});
