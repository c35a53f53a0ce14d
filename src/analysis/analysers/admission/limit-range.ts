import type { Cluster } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nameOf, type ObjectRef } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';
import { oncePerOwner, type Refusal, refusalsOf } from './refusals.ts';

/** As the LimitRanger plugin says it: `maximum cpu usage per Container is 1, but limit is 2`. */
const BOUND =
  /(maximum|minimum) ([a-z0-9./-]+) usage per (Container|Pod|PersistentVolumeClaim) is ([^\s,]+)/;
const RATIO = /([a-z0-9./-]+) max limit to request ratio per (Container|Pod) is ([^\s,]+)/;

/** A LimitRange that refuses what a controller wants to make. */
export const limitRange: Analyser = {
  looksFor: 'pods and claims outside what a LimitRange allows',
  analyse: (situation) =>
    oncePerOwner(refusalsOf(situation).filter(({ message }) => ruleOf(message) !== null)).flatMap(
      (refusal) => finding(refusal, situation),
    ),
};

interface Rule {
  field: 'max' | 'min' | 'maxLimitRequestRatio';
  resource: string;
  type: string;
  words: string;
}

function ruleOf(message: string): Rule | null {
  const bound = BOUND.exec(message);
  if (bound) {
    const [words, which, resource = '', type = ''] = bound;
    return { field: which === 'maximum' ? 'max' : 'min', resource, type, words };
  }
  const ratio = RATIO.exec(message);
  if (!ratio) return null;
  const [words, resource = '', type = ''] = ratio;
  return { field: 'maxLimitRequestRatio', resource, type, words };
}

function finding({ owner, message, citations, since, stands }: Refusal, situation: Situation) {
  const rule = ruleOf(message);
  if (rule === null) return [];
  const object = rangeOf(rule, owner, situation.cluster) ?? owner;
  const found: Finding = {
    failureMode: 'quota-exceeded',
    object,
    severity: stands ? 'critical' : 'warning',
    statement: `${nameOf(object)} refuses what ${nameOf(owner)} has to make: ${rule.words}.`,
    why: 'The API server refused the object in the words of its LimitRange admission.',
    citations: [...citations, ...situation.quotes.object(object, /LIMITS /)],
    score: stands ? 0.94 : 0.5,
    explains: [owner],
    since,
  };
  return [found];
}

/** The message does not name the LimitRange; the one that has such a rule is meant. */
function rangeOf(
  { field, resource, type }: Rule,
  { namespace }: ObjectRef,
  { limitRanges }: Cluster,
): ObjectRef | null {
  const range = limitRanges.find(
    ({ metadata, spec }) =>
      metadata.namespace === namespace &&
      spec.limits.some((limit) => limit.type === type && Object.hasOwn(limit[field], resource)),
  );
  return range ? { kind: 'LimitRange', namespace, name: range.metadata.name } : null;
}
