import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncidentView } from '../../../src/incident/view.ts';
import type { ThreadMessage } from '../../../src/notify/channel.ts';
import type { SlackBody } from '../../../src/notify/slack/blocks.ts';
import { renderSlack } from '../../../src/notify/slack/render.ts';
import { type FakeContent, readContent } from '../../fakes/slack-rules.ts';
import { concludedView, report, resolvedView, runningView } from '../views.ts';

/** As Slack takes it; throws with Slack's refusal when it does not. */
function asSlack({ body }: ThreadMessage<SlackBody>): FakeContent {
  return readContent({ text: body.text, blocks: JSON.stringify(body.blocks) }, false);
}

function textOf({ body }: { body: SlackBody }): string {
  return body.blocks
    .flatMap((block) => (block.type === 'context' ? block.elements : [block.text]))
    .map(({ text }) => text)
    .join('\n');
}

function find(view: IncidentView, key: string): ThreadMessage<SlackBody> {
  const message = renderSlack(view).find((candidate) => candidate.key === key);
  if (message === undefined) throw new Error(`no message ${key}`);
  return message;
}

const cardText = (view: IncidentView) => textOf(find(view, 'card'));

describe('the card', () => {
  it('says while it works what fired, where, and what was done last', () => {
    const progress = Array.from({ length: 8 }, (_, i) => `step ${i + 1}`);
    const text = cardText(runningView({ progress }));
    expect(text).toMatch(/^🔎 Investigating… — KubePodCrashLooping in shop\n/);
    expect(text).toContain('*Alerts*  2 firing, 1 resolved');
    expect(text).toContain('*Severity*  critical');
    expect(text).toContain('*Environment*  prod-eu');
    expect(text).toContain('•  … 2 earlier\n•  step 3');
    expect(text).toContain('•  step 8');
    expect(text).not.toContain('step 2');
  });

  it('leads with the verdict and the cause, then how sure, what and what to do', () => {
    const [first, second, ...rest] = cardText(concludedView()).split('\n');
    expect(first).toBe('🔴 Action required');
    expect(second).toMatch(/^\*Release v2\.4\.1 caches .* about every four minutes\.\*$/);
    const order = [
      '*Confidence*  92% (high) · 2 of 3 claims checked',
      '*What*  oom-killed · Deployment shop/checkout',
      '*Impact*  Two of three checkout pods are down',
      '*Do first*  Raise the memory limit of checkout to 512Mi (low risk)',
      '```kubectl -n shop set resources deployment/checkout --limits=memory=512Mi```',
      '9 tool calls · 41 s · 38,120 tokens · $0.04 · claude-sonnet-5-5',
    ];
    const found = order.map((words) => rest.findIndex((line) => line.startsWith(words)));
    expect(found).not.toContain(-1);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
  });

  it('has the cause in its header when it fits there', () => {
    const cause = report().rootCause;
    if (cause === null) throw new Error('the fixture has a cause');
    const rootCause = { ...cause, statement: 'The memory limit of checkout is too low.' };
    const [first, second] = cardText(concludedView({ report: report({ rootCause }) })).split('\n');
    expect(first).toBe('🔴 Action required — The memory limit of checkout is too low.');
    expect(second).toContain('*Confidence*');
  });

  it.each([
    ['action_required', '🔴 Action required'],
    ['action_suggested', '🟡 Action suggested'],
    ['no_action', '🟢 No action needed'],
    ['inconclusive', '⚪ Inconclusive'],
  ] as const)('shows %s as %s', (verdict, words) => {
    expect(cardText(concludedView({ report: report({ verdict }) }))).toMatch(
      new RegExp(`^${words}`),
    );
  });

  it('says so when there is no cause, no model, a limit, a replay, and alerts left out', () => {
    const text = cardText(
      concludedView({
        disclaimer: 'The turns of the model were written by hand.',
        truncatedAlerts: 37,
        report: report({
          verdict: 'inconclusive',
          rootCause: null,
          author: 'analysers',
          model: null,
          stopped: { limit: 'usd', detail: '$0.50 were spent.' },
        }),
      }),
    );
    expect(text).toContain('⚪ Inconclusive — KubePodCrashLooping in shop');
    expect(text).toContain('no root cause was found');
    expect(text).toContain('⚠️ The turns of the model were written by hand.');
    expect(text).toContain('⚠️ Stopped early, the limit on cost was reached: $0.50 were spent.');
    expect(text).toContain('⚠️ Written without a model');
    expect(text).toContain('⚠️ The sender left out 37 alerts; they were not looked at.');
  });

  it('shows that the incident is resolved, with the time', () => {
    expect(cardText(resolvedView())).toContain('✅ *Resolved at 03:40 UTC*');
  });

  it('has a notification that says the cause and the first step', () => {
    const { text } = find(concludedView(), 'card').body;
    expect(text).toContain('🔴 Action required — Release v2.4.1');
    expect(text).toContain('Do first: Raise the memory limit');
  });
});

describe('a shared investigation', () => {
  const title = 'NodeNotReady · worker-3';
  const leader = { runId: 'run-0', incidentId: 'inc-0', title, reason: 'shares node worker-3' };
  const member = (name: string) => ({
    incidentId: name,
    title: `${name} · shop`,
    reason: 'shares',
  });

  it('is said to be shared while it waits, with whom and why', () => {
    const text = cardText(runningView({ state: 'queued', progress: [], evidence: [], leader }));
    expect(text).toContain('Investigated together with another incident');
    expect(text).toContain('*Shared with*  NodeNotReady · worker-3 (shares node worker-3)');
  });

  it('shows the verdict and the cause in each thread, and the evidence in that of the leader', () => {
    const view = concludedView({ leader, evidence: [] });
    const text = cardText(view);
    expect(text).toMatch(/^🔴 Action required\n/);
    expect(text).toContain('*Shared with*  NodeNotReady · worker-3 (shares node worker-3)');
    expect(text).toContain(
      'The evidence is in the thread of NodeNotReady · worker-3, incident inc-0',
    );
    expect(renderSlack(view).map(({ key }) => key)).toEqual(['card']);
  });

  it('names the first of those that share it in the thread of the leader', () => {
    const members = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map(member);
    expect(cardText(concludedView({ members }))).toContain(
      '*Also*  + 7 more: A · shop, B · shop, C · shop, D · shop, E · shop, …',
    );
    expect(cardText(runningView({ members: members.slice(0, 1) }))).toContain(
      '*Also*  + 1 more: A · shop',
    );
  });
});

describe('the replies', () => {
  it('show each claim with its mark, its quote and the call it comes from', () => {
    const text = textOf(find(concludedView(), 'evidence-1'));
    expect(text).toContain('*Evidence · 2 of 3 claims checked*');
    expect(text).toContain(
      [
        '✓ The container was killed for going over its memory limit.',
        '> `Last State: Terminated Reason: OOMKilled Exit Code: 137`',
        '`E2 · kubectl_describe_pod(namespace=shop, name=checkout-7d9f8c6b5-x2x9k)`',
      ].join('\n'),
    );
    expect(text).toContain('⚠ unverified: The price list grew tenfold last week.');
  });

  it('hold all the rest of the report', () => {
    const text = textOf(find(concludedView(), 'details-1'));
    for (const words of [
      '*Failure mode*\n•  oom-killed: The container went over its memory limit and was killed.',
      '•  Roll back to v2.4.0 (medium risk)\n```kubectl -n shop rollout undo deployment/checkout```',
      '*Other candidates*\n•  A slow leak',
      '*Ruled out*\n•  Node pressure',
      '*Not checked*\n•  Logs could not be read',
      '*Timeline (UTC)*\n•  03:02:11 Rollout of v2.4.1 finished. (E1)',
      'failed',
      '*Cost*\n•  9 tool calls',
    ])
      expect(text).toContain(words);
  });

  it('tell a join and a resolve, each under the key of its delivery', () => {
    expect(textOf(find(resolvedView(), 'notice-delivery-2'))).toContain(
      '➕ *More alerts joined at 03:20 UTC*\nKubePodCrashLooping firing ×3 (new alerts)',
    );
    expect(textOf(find(resolvedView(), 'notice-delivery-3'))).toContain(
      '✅ *Resolved at 03:40 UTC*',
    );
  });

  it('spread a long report over several messages, always the same ones, without losing a claim', () => {
    const claims = Array.from({ length: 60 }, (_, i) => ({
      text: `claim ${i} ${'and more '.repeat(60)}`,
      citation: { evidence: 'E1', quote: `quote ${i} ${'x'.repeat(600)}` },
      verified: true,
    }));
    const view = concludedView({ report: report({ claims }) });
    const messages = renderSlack(view);
    const evidence = messages.filter(({ key }) => key.startsWith('evidence-'));
    expect(evidence.map(({ key }) => key)).toEqual(evidence.map((_, i) => `evidence-${i + 1}`));
    expect(evidence.length).toBeGreaterThan(1);
    const text = evidence.map(textOf).join('\n');
    expect(text).toContain(`Evidence (1 of ${evidence.length})`);
    for (const claim of claims) expect(text).toContain(claim.text.slice(0, 9));
    for (const message of messages) expect(() => asSlack(message)).not.toThrow();
    expect(renderSlack(view)).toEqual(messages);
  });
});

const attack = fc.constantFrom(
  '<!channel>',
  '<!here|here>',
  '<@U0123456>',
  '<#C0123456>',
  '<!subteam^S012|@team>',
  '<https://evil.example|our runbook>',
  'https://evil.example/?q=',
  '@channel',
  '#general',
  '`',
  '```',
  '*VERDICT*',
  '\n> quoted\n',
  '&lt;!channel&gt;',
  '&',
  '\u202e',
  '\u{e0049}',
  '\ud83d',
  '\u001b[31m',
  '漢字',
  '🔴',
);
const hostile = fc
  .array(fc.oneof(attack, fc.string({ unit: 'binary', maxLength: 30 })), { maxLength: 12 })
  .chain((parts) => fc.constantFrom(1, 1, 1, 40, 700).map((times) => parts.join('').repeat(times)));
/** A schema asks for one character at least. */
const said = hostile.map((text) => `x${text}`);

const hostileView: fc.Arbitrary<IncidentView> = fc
  .record({
    text: said,
    other: said,
    command: hostile,
    many: fc.array(said, { maxLength: 30 }),
    resolved: fc.boolean(),
    running: fc.boolean(),
    shared: fc.boolean(),
    tool: fc.constantFrom('E1', 'E9', '<!here>'),
  })
  .map(({ text, other, command, many, resolved, running, shared, tool }) => {
    const view = resolved ? resolvedView() : concludedView();
    const { incident } = view;
    const cause = {
      failureMode: 'unknown' as const,
      object: { kind: other, namespace: text, name: other },
      statement: text,
      confidence: 0.5,
    };
    return {
      ...view,
      incident: { ...incident, title: text, severity: other, environment: text },
      state: running ? 'running' : 'concluded',
      progress: [text, ...many],
      disclaimer: other,
      leader: shared ? { runId: 'r', incidentId: 'inc-2', title: text, reason: other } : null,
      members: [text, ...many].map((title) => ({ incidentId: 'inc-3', title, reason: other })),
      truncatedAlerts: 3,
      evidence: [{ id: 'E1', tool: text, args: other, bytes: 1, isError: false }],
      notices: view.notices.map((notice) => ({ ...notice, summary: text, reason: other })),
      report: running
        ? null
        : report({
            rootCause: cause,
            candidates: [cause, cause, cause],
            claims: [text, ...many].map((claim) => ({
              text: claim,
              citation: { evidence: tool, quote: other },
              verified: false,
            })),
            ruledOut: many,
            gaps: [text],
            nextSteps: [text, ...many].map((step) => ({ text: step, command, risk: 'high' })),
            impact: other,
            timeline: [{ at: '2026-11-22T03:00:00+02:00', what: text, evidence: tool }],
            model: other,
            stopped: { limit: 'turns', detail: text },
          }),
    };
  });

describe('hostile text', () => {
  it('pings nobody, links nowhere and never exceeds a limit, wherever it stands', () => {
    fc.assert(
      fc.property(hostileView, (view) => {
        for (const message of renderSlack(view)) {
          const { mentions, links, unescaped } = asSlack(message);
          expect({ mentions, links, unescaped }).toEqual({
            mentions: [],
            links: [],
            unescaped: [],
          });
        }
      }),
      { numRuns: 150 },
    );
  });

  it('opens and closes no code span, block or bold of ours', () => {
    fc.assert(
      fc.property(hostileView, (view) => {
        for (const { body } of renderSlack(view)) {
          for (const block of body.blocks) {
            if (block.type !== 'section') continue;
            const outside = block.text.text.replace(/```[^`]+```|`[^`\n]+`/g, '');
            expect(outside).not.toContain('`');
            expect(outside.replace(/\*[^*\n]+\*/g, '')).not.toContain('*');
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('carries nothing invisible', () => {
    fc.assert(
      fc.property(hostileView, (view) => {
        for (const message of renderSlack(view))
          expect(textOf(message).replaceAll('⚠️', '')).not.toMatch(
            /(?![\n\t])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Cs}]/u,
          );
      }),
      { numRuns: 60 },
    );
  });
});
