import type { z } from 'zod';
import { ToolError } from '../tool.ts';
import type { KubernetesClient } from './client.ts';
import { KubernetesFailure } from './failure.ts';
import type { Resource } from './resources.ts';
import { listBeside, type VisibleQuery } from './visible-list.ts';

/** Why an object is not there: it does not exist, or it could not be read, which says nothing. */
type Absence = 'missing' | 'unreadable';

/** Reads of which any may be denied, without a loss for the others. */
export interface PartialReads {
  /** Null, and a gap, when it could not be read; a gap too when there is more than is ever read. */
  list<T>(resource: Resource, query: VisibleQuery, schema: z.ZodType<T>): Promise<T[] | null>;
  get<T>(
    resource: Resource,
    at: { namespace: string | null; name: string },
    schema: z.ZodType<T>,
  ): Promise<T | Absence>;
  /** What could not be read, in words, each once. */
  gaps(): string[];
  /** @throws ToolError of the first failure when no read at all came through. */
  requireAny(): void;
}

export function partialReads(client: KubernetesClient, signal: AbortSignal): PartialReads {
  const gaps = new Set<string>();
  let failure: string | undefined;
  let succeeded = false;
  return {
    async list(resource, query, schema) {
      const read = await listBeside(client, resource, query, schema, signal);
      for (const gap of read.gaps) gaps.add(gap);
      if (read.items === null) failure ??= read.gaps[0];
      else succeeded = true;
      return read.items;
    },
    async get(resource, at, schema) {
      try {
        const object = await client.get(resource, at, schema, signal);
        succeeded = true;
        return object;
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        if (error instanceof KubernetesFailure && error.status === 404) {
          succeeded = true;
          return 'missing';
        }
        gaps.add(error.message);
        failure ??= error.message;
        return 'unreadable';
      }
    },
    gaps: () => [...gaps],
    requireAny() {
      if (failure !== undefined && !succeeded) throw new ToolError(failure);
    },
  };
}
