/**
 * Every tool that may exist for the model of an investigation. A new tool is added here by hand, after a person
 * has read that all it can do is read.
 */
export const ALLOWED_TOOLS: readonly string[] = [
  'kubectl_get_pods',
  'kubectl_describe_pod',
  'kubectl_get',
  'kubectl_describe',
  'kubectl_events',
  'kubectl_logs',
  'kubectl_top',
  'kubectl_node_status',
  'kubectl_rollout_history',
  'kubectl_tree',
  'kubectl_quota',
  'kubectl_auth_can_i',
  'kubectl_snapshot',
  'recent_changes',
  'query_prometheus',
  'query_prometheus_instant',
  'prometheus_series',
  'prometheus_labels',
  'prometheus_metadata',
  'prometheus_alerts',
  'prometheus_targets',
  'search_logs',
  'log_patterns',
  'log_context',
  'log_labels',
  'log_volume',
];

/** Of these, what is read for analysers: too long for a model, which has all the others. */
export const TOOLS_FOR_CODE: readonly string[] = ['kubectl_snapshot'];

/**
 * Names that no tool of another server may take: beside the above what the tool server alone offers, and what an
 * investigation itself does.
 */
export const OWN_TOOLS: readonly string[] = [
  ...ALLOWED_TOOLS,
  'list_environments',
  'read_evidence',
];

interface ListedTool {
  name: string;
  annotations?: { readOnlyHint?: boolean | undefined } | undefined;
}

/**
 * The tools of a server that exist for the model: on the allow-list and declared read-only. The declaration
 * alone proves nothing, and MCP takes a tool without one to be destructive, so both are needed.
 */
export function visibleTools<T extends ListedTool>(
  listed: readonly T[],
  allowed: readonly string[],
): T[] {
  return listed.filter(
    (tool) => allowed.includes(tool.name) && tool.annotations?.readOnlyHint === true,
  );
}

/** What a server says of a tool. MCP takes a tool without `readOnlyHint` to write. */
interface DeclaredTool {
  name: string;
  annotations?:
    | { readOnlyHint?: boolean | undefined; destructiveHint?: boolean | undefined }
    | undefined;
}

/**
 * Why a tool of another server may not exist, however much it is allowed; null when nothing says that it
 * writes. A declaration or a name proves nothing, so they can only take away: what is left still needs a
 * person who has allowed it by name and accepted its definition.
 */
export function whyItMayWrite({ name, annotations }: DeclaredTool): string | null {
  if (annotations?.readOnlyHint !== true) return 'its server does not declare that it only reads';
  if (annotations.destructiveHint === true) return 'its server declares it destructive';
  const verb = writingVerbIn(wordsOf(name)) ?? writingVerbIn(wordsOf(parted(name)));
  return verb === null ? null : `its name says that it writes ("${verb}")`;
}

function writingVerbIn(words: readonly string[]): string | null {
  // What reads may also do something else: `get_or_close`.
  const reads = words.findIndex((word) => READING_VERBS.has(word));
  const onlyReadsFrom = reads === -1 || words.some((word) => CONJUNCTIONS.has(word)) ? null : reads;
  const found = words.find(
    (word, at) =>
      WRITING_VERBS.has(word) ||
      (VERBS_OR_NOUNS.has(word) && (onlyReadsFrom === null || at < onlyReadsFrom)) ||
      (word === 'fetch' && (words.length === 1 || words.some((other) => ADDRESSES.has(other)))),
  );
  return found ?? null;
}

/** `podsDelete`, `pods_delete` and `pods-delete` are `pods`, `delete`. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

/** `DELETEpods` as `DELETE pods`: where capitals end may be the end of a word, or come after the first letter of one. */
function parted(name: string): string {
  return name.replace(/([A-Z]{2,})([a-z])/g, '$1_$2');
}

function setOf(...lines: string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}

/** Verbs that are seldom a noun in the name of a tool that reads. */
const WRITING_VERBS = setOf(
  'ack acknowledge add alter append apply approve archive assign attach ban cancel clear clone cordon create',
  'deallocate delete deploy destroy detach disable downgrade drain drop edit enable enqueue erase eval evaluate evict',
  'exec execute expire failover force import insert install invoke kill launch merge migrate modify move mutate mute',
  'overwrite patch pause post promote provision prune publish purge push put reboot rebuild register reload remove',
  'rename replace reschedule reset resize restart restore resume revert revoke rollback rotate run save scale send',
  'set shell shutdown start stop submit suspend taint terminate toggle transfer trigger truncate unassign uncordon',
  'undeploy uninstall unlock unmute unpause unregister untaint update upgrade upload upsert wipe write',
);

/** Verbs that are as often what is read: `get_commit`, `list_http_routes`. They write unless a verb before them reads. */
const VERBS_OR_NOUNS = setOf(
  'call close command comment commit debug format forward grant http reply request resolve silence swap sync',
);
const READING_VERBS = setOf(
  'count describe explain find get inspect list lookup query read search show view',
);
const CONJUNCTIONS = setOf('and or then');

/** `fetch` reads, except from wherever a model says: that sends somebody what the model knows. */
const ADDRESSES = setOf('address html link page site uri url urls web webpage website');
