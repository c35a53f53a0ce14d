/** How to reach another MCP server. */
export type RemoteEndpoint =
  /** A program of ours, spoken to on its standard input and output. No shell reads `command`. */
  | {
      kind: 'command';
      command: readonly string[];
      /** What it gets of our own environment. */
      inherited: Readonly<Record<string, string>>;
      /** What the configuration gives it, secrets included. Wins over `inherited`. */
      env: Readonly<Record<string, string>>;
      cwd: string;
    }
  /** Streamable HTTP. */
  | { kind: 'url'; url: string; headers: Readonly<Record<string, string>> };

export interface RemoteServer {
  /** Unique in its environment, and without `_`. */
  name: string;
  /** Its tools that may be offered, as the server calls them. */
  allow: readonly string[];
  endpoint: RemoteEndpoint;
}

/** A value as short as this is no secret, and would be found in texts that have nothing to do with it. */
const MIN_SECRET = 8;

/**
 * Makes what puts the name of a setting in the place of its value: a server may tell what it was started
 * with, or was sent. Of a header the token behind its scheme (`Bearer …`) is found as well.
 */
export function settingsHider(endpoint: RemoteEndpoint): (text: string) => string {
  const settings =
    endpoint.kind === 'command'
      ? Object.entries(endpoint.env)
      : Object.entries(endpoint.headers).flatMap(([name, value]): [string, string][] => [
          [name, value],
          [name, value.replace(/^\S+ +/, '')],
        ]);
  const hidden = settings.filter(([, value]) => value.length >= MIN_SECRET);
  return (text) =>
    hidden.reduce(
      (so, [name, value]) => so.replaceAll(value, () => `[the value of ${name}]`),
      text,
    );
}
