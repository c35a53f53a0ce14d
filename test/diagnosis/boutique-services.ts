export interface Service {
  name: string;
  port: number;
  /** Where its Service listens; like the container unless given. */
  servicePort?: number;
  env?: Record<string, string>;
  cpu: [request: string, limit: string];
  memory: [request: string, limit: string];
}

const QUIET = { DISABLE_PROFILER: '1' };
export const IMAGES = 'us-central1-docker.pkg.dev/google-samples/microservices-demo';

/** As the shop's manifests have them. */
export const SERVICES: readonly Service[] = [
  {
    name: 'productcatalogservice',
    port: 3550,
    env: QUIET,
    cpu: ['100m', '200m'],
    memory: ['64Mi', '128Mi'],
  },
  {
    name: 'currencyservice',
    port: 7000,
    env: QUIET,
    cpu: ['100m', '200m'],
    memory: ['64Mi', '128Mi'],
  },
  {
    name: 'paymentservice',
    port: 50051,
    env: QUIET,
    cpu: ['100m', '200m'],
    memory: ['64Mi', '128Mi'],
  },
  {
    name: 'shippingservice',
    port: 50051,
    env: QUIET,
    cpu: ['100m', '200m'],
    memory: ['64Mi', '128Mi'],
  },
  {
    name: 'emailservice',
    port: 8080,
    servicePort: 5000,
    env: QUIET,
    cpu: ['100m', '200m'],
    memory: ['64Mi', '128Mi'],
  },
  { name: 'adservice', port: 9555, cpu: ['200m', '300m'], memory: ['180Mi', '300Mi'] },
  {
    name: 'cartservice',
    port: 7070,
    env: { REDIS_ADDR: 'redis-cart:6379' },
    cpu: ['200m', '300m'],
    memory: ['64Mi', '128Mi'],
  },
  {
    name: 'recommendationservice',
    port: 8080,
    env: { ...QUIET, PRODUCT_CATALOG_SERVICE_ADDR: 'productcatalogservice:3550' },
    cpu: ['100m', '200m'],
    memory: ['220Mi', '450Mi'],
  },
  {
    name: 'checkoutservice',
    port: 5050,
    env: {
      PRODUCT_CATALOG_SERVICE_ADDR: 'productcatalogservice:3550',
      SHIPPING_SERVICE_ADDR: 'shippingservice:50051',
      PAYMENT_SERVICE_ADDR: 'paymentservice:50051',
      EMAIL_SERVICE_ADDR: 'emailservice:5000',
      CURRENCY_SERVICE_ADDR: 'currencyservice:7000',
      CART_SERVICE_ADDR: 'cartservice:7070',
    },
    cpu: ['100m', '200m'],
    memory: ['64Mi', '128Mi'],
  },
  {
    name: 'frontend',
    port: 8080,
    servicePort: 80,
    env: {
      PRODUCT_CATALOG_SERVICE_ADDR: 'productcatalogservice:3550',
      CURRENCY_SERVICE_ADDR: 'currencyservice:7000',
      CART_SERVICE_ADDR: 'cartservice:7070',
      RECOMMENDATION_SERVICE_ADDR: 'recommendationservice:8080',
      SHIPPING_SERVICE_ADDR: 'shippingservice:50051',
      CHECKOUT_SERVICE_ADDR: 'checkoutservice:5050',
      AD_SERVICE_ADDR: 'adservice:9555',
      ENABLE_PROFILER: '0',
    },
    cpu: ['100m', '200m'],
    memory: ['64Mi', '128Mi'],
  },
];
