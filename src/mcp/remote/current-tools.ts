import type { Asker } from '../audit.ts';
import type { Connectable } from '../server.ts';
import type { Catalogue, RemoteTools } from './remote-tools.ts';

type ServersOf = (asker: Asker) => Connectable;

/**
 * Tool servers that know which tools there are when their client connects, and keep to that: `make` is asked
 * for others only when the catalogue has changed.
 */
export function withCurrentTools(
  remote: Pick<RemoteTools, 'catalogue'>,
  make: (catalogue: Catalogue) => ServersOf,
): ServersOf {
  let known: { catalogue: Catalogue; serversOf: ServersOf } | null = null;
  const current = async (): Promise<ServersOf> => {
    const catalogue = await remote.catalogue();
    if (known?.catalogue !== catalogue) known = { catalogue, serversOf: make(catalogue) };
    return known.serversOf;
  };
  return (asker) => {
    let server: Connectable | null = null;
    let closed = false;
    return {
      async connect(transport) {
        server = (await current())(asker);
        await server.connect(transport);
        if (closed) await server.close();
      },
      async close() {
        closed = true;
        await server?.close();
      },
    };
  };
}
