import { z } from 'zod';
import { JsonObject, mapTexts } from '../../lib/json.ts';
import { type Tool, ToolError } from '../../tools/tool.ts';
import type { RemoteConnection } from './connection.ts';
import type { Publication } from './publication.ts';
import { readResult } from './result.ts';
import { publishedName } from './vetting.ts';

/**
 * Whatever the server gives. Its own schema is not published: it is not part of what was accepted, and what
 * is redacted or left out here would break it.
 */
const Output = z.looseObject({});

export interface RemoteToolOptions {
  server: string;
  /** Its name there. */
  tool: string;
  publication: Publication;
  connection: Pick<RemoteConnection, 'call'>;
  /** Takes out of a text what the server was configured with. */
  hide: (text: string) => string;
}

/** A tool of another server as one of ours. The window of an investigation means nothing to it. */
export function remoteTool(options: RemoteToolOptions): Tool<z.ZodObject, typeof Output> {
  const { server, tool, publication, connection, hide } = options;
  return {
    name: publishedName(server, tool),
    title: `${tool} of ${server}`,
    description: publication.description,
    input: publication.input,
    output: Output,
    async run(args, { signal }) {
      try {
        const result = await connection.call(tool, JsonObject.parse(args), signal);
        const { text, structured } = readResult(result, hide);
        return { text: hide(text), structured: JsonObject.parse(mapTexts(structured, hide)) };
      } catch (error) {
        throw error instanceof ToolError ? new ToolError(hide(error.message)) : error;
      }
    },
  };
}
