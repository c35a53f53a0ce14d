import type { Analyser, Finding } from '../../finding.ts';
import { nameOf, type ObjectRef } from '../../object-ref.ts';
import { oncePerOwner, type Refusal, refusalsOf } from './refusals.ts';

/** Words of the API server's admission chain, most telling first; quotas, LimitRanges and accounts have their own. */
const DENIALS: readonly { words: RegExp; said: string }[] = [
  { words: /failed calling webhook "([^"\s]+)"/, said: 'the admission webhook cannot be reached' },
  {
    words: /admission webhook "([^"\s]+)" denied the request/,
    said: 'an admission webhook denies',
  },
  { words: /ValidatingAdmissionPolicy '([^'\s]+)'/, said: 'an admission policy denies' },
  { words: /violates PodSecurity "([^"\s]+)"/, said: 'pod security refuses' },
  {
    words: /unable to validate against any (?:pod security policy|security context constraint)/,
    said: 'no pod security policy allows',
  },
  {
    words: /no PriorityClass with name (\S+) was found/,
    said: 'the priority class is missing for',
  },
  { words: /RuntimeClass "?([^"\s]+)"? not found/, said: 'the runtime class is missing for' },
  {
    words: /because it is being terminated/,
    said: 'the namespace is being deleted, which refuses',
  },
  { words: /^(?:Error creating: )?Pod "[^"]+" is invalid: /, said: 'the API server finds invalid' },
];

/** `Post "https://policy.kyverno.svc:443/validate?timeout=10s"`: the Service behind a webhook. */
const WEBHOOK_SERVICE = /https:\/\/([a-z0-9-]+)\.([a-z0-9-]+)\.svc\b/;

/** What an admission webhook, policy or pod security keeps out. */
export const admissionDenied: Analyser = {
  looksFor: 'objects that webhooks, policies or pod security keep out',
  analyse: (situation) =>
    oncePerOwner(refusalsOf(situation).filter(({ message }) => denialOf(message) !== null)).flatMap(
      finding,
    ),
};

function denialOf(message: string): { said: string; words: RegExp } | null {
  return DENIALS.find(({ words }) => words.test(message)) ?? null;
}

function finding({ owner, message, citations, since, stands }: Refusal): Finding[] {
  const denial = denialOf(message);
  if (denial === null) return [];
  const object = culpritOf(message, owner);
  return [
    {
      failureMode: 'admission-denied',
      object,
      severity: stands ? 'critical' : 'warning',
      statement: `${nameOf(owner)} gets no pods: ${denial.said} the pods (${gist(message)}).`,
      why: 'The API server refused the object and said by whom.',
      citations,
      score: stands ? 0.94 : 0.4,
      explains: object === owner ? [] : [owner],
      since,
    },
  ];
}

/** A webhook that does not answer is its Service's fault; a denial is for what the pod template says. */
function culpritOf(message: string, owner: ObjectRef): ObjectRef {
  if (message.includes('because it is being terminated')) {
    return { kind: 'Namespace', namespace: null, name: owner.namespace ?? '' };
  }
  const service = /failed calling webhook/.test(message) ? WEBHOOK_SERVICE.exec(message) : null;
  if (service === null) return owner;
  return { kind: 'Service', namespace: service[2] ?? null, name: service[1] ?? '' };
}

function gist(message: string): string {
  const flat = message.replace(/\s+/g, ' ').replace(/^Error creating: /, '');
  return flat.length <= 160 ? flat : `${flat.slice(0, 160)}…`;
}
