import type { ActiveAlert, RuleInGroup } from './answers.ts';

export type RuleState = 'firing' | 'pending' | 'inactive';

export interface RuleCounts {
  broken: number;
  firing: number;
  pending: number;
  inactive: number;
}

export function isBroken({ health, lastError }: RuleInGroup): boolean {
  return health === 'err' || lastError !== '';
}

/** Null of a recording rule, which has none. */
export function stateOf(rule: RuleInGroup): RuleState | null {
  if (rule.type === 'recording') return null;
  return rule.state === 'unknown' ? 'inactive' : rule.state;
}

/** Without a name or a state, what needs attention: broken, firing, pending. */
export function selectRules(
  rules: readonly RuleInGroup[],
  name: string | undefined,
  state: RuleState | undefined,
): RuleInGroup[] {
  return rules
    .filter((rule) => {
      if (name !== undefined && rule.name !== name) return false;
      if (state !== undefined) return stateOf(rule) === state;
      return name !== undefined || isBroken(rule) || rank(rule) < INACTIVE;
    })
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

const INACTIVE = 3;

function rank(rule: RuleInGroup): number {
  if (isBroken(rule)) return 0;
  const state = stateOf(rule);
  if (state === 'firing') return 1;
  return state === 'pending' ? 2 : INACTIVE;
}

export function countRules(rules: readonly RuleInGroup[]): RuleCounts {
  const inState = (state: RuleState) => rules.filter((rule) => stateOf(rule) === state).length;
  return {
    broken: rules.filter(isBroken).length,
    firing: inState('firing'),
    pending: inState('pending'),
    inactive: inState('inactive'),
  };
}

/** Its alerts, firing ones first, those that have been active for longest first among them. */
export function alertsOf(rule: RuleInGroup): ActiveAlert[] {
  if (rule.type === 'recording') return [];
  const since = ({ activeAt }: ActiveAlert) => Date.parse(activeAt ?? '') || 0;
  return rule.alerts
    .filter(({ state }) => state !== 'inactive')
    .sort((a, b) => a.state.localeCompare(b.state) || since(a) - since(b));
}
