import type { ServerResponse } from 'node:http';

/** An HTTP answer before any framework has it. The body is sent as JSON. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: object;
}

/** The body of every refusal: `error` for programs, `message` for the person who reads the sender's log. */
export interface RefusalBody {
  error: string;
  message: string;
  /** The part of the request that is wrong, when it is one part. */
  field?: string;
}

export function refusal(
  status: number,
  body: RefusalBody,
  headers: Record<string, string> = {},
): Answer {
  return { status, headers, body };
}

/**
 * Head and body in one write. Not by express's `json`, which settles for each answer anew what is the same for all of
 * ours: its charset, and whether it is fresh.
 */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(text),
    })
    .end(text);
}
