import type { Container, Probe } from '../tools/kubernetes/objects/pod.ts';
import type { Workload } from './cluster.ts';

/** What a pod template says of the ports that its processes listen on. Nothing obliges it to say so. */
export interface Listening {
  /** As containers declare them. */
  declared: Container['ports'];
  /** That a kubelet connects to. */
  probed: readonly number[];
  /** That a variable tells the process, such as `PORT`. */
  told: readonly number[];
}

const OWN_PORT =
  /^(?:PORT|SERVER_PORT|LISTEN_PORT|HTTP_PORT|GRPC_PORT|APP_PORT|WEB_PORT|API_PORT|BIND_PORT|CONTAINER_PORT|ASPNETCORE_HTTP_PORTS)$/;

export function listeningOf({ template, ready, wanted }: Workload): Listening {
  const { initContainers, containers } = template.spec;
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  const all = [...sidecars, ...containers];
  // A probe that fails proves nothing of where the process listens.
  const works = ready > 0 && ready >= wanted;
  return {
    declared: all.flatMap(({ ports }) => ports),
    probed: works ? all.flatMap(probedPorts) : [],
    told: all.flatMap(({ env }) =>
      env.flatMap(({ name, value = '' }) =>
        OWN_PORT.test(name) && /^\d{2,5}$/.test(value) ? [Number(value)] : [],
      ),
    ),
  };
}

/** Whether any of them listens on a port, as far as anything tells. */
export function listensOn(all: readonly Listening[], port: number): boolean {
  return all.some(
    ({ declared, probed, told }) =>
      declared.some(({ containerPort }) => containerPort === port) ||
      [...probed, ...told].includes(port),
  );
}

function probedPorts({ ports, readinessProbe, livenessProbe, startupProbe }: Container): number[] {
  return [readinessProbe, livenessProbe, startupProbe].flatMap((probe) => {
    const port = probe && portOf(probe);
    if (typeof port === 'number') return port;
    return ports.find(({ name }) => port !== undefined && name === port)?.containerPort ?? [];
  });
}

function portOf({ httpGet, tcpSocket, grpc }: Probe): number | string | undefined {
  return httpGet?.port ?? tcpSocket?.port ?? grpc?.port;
}
