import { z } from 'zod';
import { Labels, Metadata } from './metadata.ts';
import { LabelSelector } from './selector.ts';

/** By number, or by the name that the container gives it. */
const PortReference = z.union([z.number(), z.string()]);

const LoadBalancer = z
  .object({
    ingress: z
      .array(z.object({ ip: z.string().default(''), hostname: z.string().default('') }))
      .default([]),
  })
  .prefault({});

const ServicePort = z.object({
  name: z.string().default(''),
  port: z.number(),
  protocol: z.string().default('TCP'),
  /** Absent, it is `port`. */
  targetPort: PortReference.optional(),
  nodePort: z.number().optional(),
});
export type ServicePort = z.infer<typeof ServicePort>;

export const Service = z.object({
  metadata: Metadata,
  spec: z.object({
    type: z.string().default('ClusterIP'),
    /** `None` is a headless Service. */
    clusterIP: z.string().default(''),
    externalName: z.string().default(''),
    /** Empty, someone else writes its endpoints. */
    selector: Labels,
    ports: z.array(ServicePort).default([]),
    publishNotReadyAddresses: z.boolean().default(false),
  }),
  status: z.object({ loadBalancer: LoadBalancer }).prefault({}),
});
export type Service = z.infer<typeof Service>;

const IngressBackend = z.object({
  service: z
    .object({
      name: z.string(),
      port: z.object({ number: z.number().optional(), name: z.string().optional() }).default({}),
    })
    .optional(),
  /** In place of a Service, an object that the controller knows. */
  resource: z.object({ kind: z.string(), name: z.string() }).optional(),
});
export type IngressBackend = z.infer<typeof IngressBackend>;

export const Ingress = z.object({
  metadata: Metadata,
  spec: z
    .object({
      ingressClassName: z.string().nullish(),
      defaultBackend: IngressBackend.optional(),
      rules: z
        .array(
          z.object({
            /** Empty is any host. */
            host: z.string().default(''),
            http: z
              .object({
                paths: z.array(
                  z.object({ path: z.string().default('/'), backend: IngressBackend }),
                ),
              })
              .optional(),
          }),
        )
        .default([]),
      tls: z
        .array(
          z.object({
            hosts: z.array(z.string()).default([]),
            secretName: z.string().default(''),
          }),
        )
        .default([]),
    })
    .prefault({}),
  status: z.object({ loadBalancer: LoadBalancer }).prefault({}),
});
export type Ingress = z.infer<typeof Ingress>;

/** Of the Service whose name is its label `kubernetes.io/service-name`. Its lists are null, not absent, when empty. */
export const EndpointSlice = z.object({
  metadata: Metadata,
  addressType: z.string().default(''),
  endpoints: z
    .array(
      z.object({
        addresses: z.array(z.string()).default([]),
        conditions: z
          .object({
            /** Unknown counts as ready. */
            ready: z.boolean().nullish(),
            serving: z.boolean().nullish(),
            terminating: z.boolean().nullish(),
          })
          .default({}),
        nodeName: z.string().nullish(),
        targetRef: z
          .object({ kind: z.string().default(''), name: z.string().default('') })
          .nullish(),
      }),
    )
    .nullish(),
  ports: z
    .array(
      z.object({
        name: z.string().nullish(),
        port: z.number().nullish(),
        protocol: z.string().nullish(),
      }),
    )
    .nullish(),
});
export type EndpointSlice = z.infer<typeof EndpointSlice>;

const IpBlock = z.object({ cidr: z.string(), except: z.array(z.string()).default([]) });

/** Both selectors together pick pods of those namespaces; the pods' alone, of the policy's own namespace. */
const Peer = z.object({
  podSelector: LabelSelector.nullish(),
  namespaceSelector: LabelSelector.nullish(),
  ipBlock: IpBlock.nullish(),
});
export type Peer = z.infer<typeof Peer>;

const PolicyPorts = z
  .array(
    z.object({
      protocol: z.string().default('TCP'),
      port: PortReference.optional(),
      endPort: z.number().optional(),
    }),
  )
  .default([]);

/** A rule without peers lets everybody through, one without ports to every port. */
const IngressRule = z.object({ from: z.array(Peer).default([]), ports: PolicyPorts });
const EgressRule = z.object({ to: z.array(Peer).default([]), ports: PolicyPorts });

export const NetworkPolicy = z.object({
  metadata: Metadata,
  spec: z
    .object({
      /** Empty, it selects every pod of the namespace. */
      podSelector: LabelSelector.prefault({}),
      /** Ingress, Egress, or both: what no rule allows of these is cut off. */
      policyTypes: z.array(z.string()).default([]),
      ingress: z.array(IngressRule).default([]),
      egress: z.array(EgressRule).default([]),
    })
    .prefault({}),
});
export type NetworkPolicy = z.infer<typeof NetworkPolicy>;
