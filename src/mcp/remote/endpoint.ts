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
 * with, or was sent, also inside JSON, a URL or base64. Of a header the token behind its scheme (`Bearer …`) is
 * found as well. The longest goes first, since a value may begin with another.
 */
export function settingsHider(endpoint: RemoteEndpoint): (text: string) => string {
  const settings =
    endpoint.kind === 'command'
      ? Object.entries(endpoint.env)
      : Object.entries(endpoint.headers).flatMap(([name, value]): [string, string][] => [
          [name, value],
          [name, value.replace(/^\S+ +/, '')],
        ]);
  const hidden = settings
    .filter(([, value]) => value.length >= MIN_SECRET)
    .flatMap(([name, value]) => formsOf(value).map((form) => ({ name, form })))
    .sort((a, b) => b.form.length - a.form.length);
  return (text) =>
    hidden.reduce(
      (so, { name, form }) => so.replaceAll(form, () => `[the value of ${name}]`),
      text,
    );
}

function formsOf(value: string): string[] {
  const inJson = JSON.stringify(value).slice(1, -1);
  const inForm = new URLSearchParams({ value }).toString().slice('value='.length);
  const inUrl = encodeURIComponent(value.toWellFormed());
  return [...new Set([value, inJson, inUrl, inForm, ...base64Forms(value)])];
}

/**
 * Three bytes are four characters, so what a value becomes depends on how many bytes stand before it. The
 * characters that it shares with what is around it are left out.
 */
function base64Forms(value: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    const own = [Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6)] as const;
    return [bytes.toString('base64').slice(...own), bytes.toString('base64url').slice(...own)];
  });
}
