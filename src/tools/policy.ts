/**
 * Every tool that may exist for a model. A new tool is added here by hand, after a person has read that all
 * it can do is read.
 */
export const ALLOWED_TOOLS: readonly string[] = [
  'kubectl_get_pods',
  'kubectl_describe_pod',
  'query_prometheus',
  'search_logs',
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
