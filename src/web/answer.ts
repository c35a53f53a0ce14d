import type { Response } from 'express';

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

export function send(response: Response, { status, headers, body }: Answer): void {
  response.status(status).set(headers).json(body);
}
