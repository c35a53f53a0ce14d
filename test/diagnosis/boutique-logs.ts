import { objectAt } from './merge-patch.ts';
import type { LogLine, World } from './world.ts';

/** What the shop's services write, each in the manner of its language. */

const SESSION = '2f6d31b4-8a0c-4f0e-9a51-0b6f0d6f8a11';

/** What the services write on a quiet night. */
const HEALTHY: Record<string, string> = {
  frontend:
    '{"http.req.id":"5c3e","http.req.method":"GET","http.req.path":"/product/OLJCESPC7Z","http.resp.bytes":8212,"http.resp.status":200,"http.resp.took_ms":21,"message":"request complete","severity":"debug","timestamp":"2026-10-01T01:10:02.201Z"}',
  productcatalogservice: '{"message":"successfully parsed product catalog json","severity":"info"}',
  currencyservice:
    '{"severity":"info","pid":1,"name":"currencyservice-server","message":"conversion request successful"}',
  paymentservice:
    '{"severity":"info","pid":1,"name":"paymentservice-charge","message":"Transaction processed: visa ending 0454 \\n      Amount: USD54.990000000"}',
  shippingservice: '{"message":"[GetQuote] completed request","severity":"info"}',
  emailservice:
    '{"timestamp": 1790000000.1, "severity": "INFO", "name": "emailservice-server", "message": "A request to send order confirmation email to someone@example.com has been received."}',
  adservice:
    '{"instant":{"epochSecond":1790000000},"thread":"grpc-default-executor-3","level":"INFO","loggerName":"hipstershop.AdService","message":"received ad request (context_words=[clothing])"}',
  cartservice:
    'info: cartservice.cartstore.RedisCartStore[0]\n      GetCartAsync called with userId=2f6d31b4',
  recommendationservice:
    '{"timestamp": 1790000000.3, "severity": "INFO", "name": "recommendationservice-server", "message": "[Recv ListRecommendations] product_ids=[\'OLJCESPC7Z\', \'66VCHSJNUP\']"}',
  checkoutservice:
    '{"message":"[PlaceOrder] user_id=\\"2f6d31b4\\" user_currency=\\"USD\\"","severity":"info"}',
  loadgenerator:
    'GET      /cart                            912     0(0.00%) |     24       8      97     21 |    0.80        0.00',
  'redis-cart': '1:M 01 Oct 2026 01:00:14.002 * 1 changes in 60 seconds. Saving...',
};

export function addHealthyLines(world: World): void {
  for (const [name, text] of Object.entries(HEALTHY)) {
    const app = world.app(name);
    app.logs(times(text, { first: 6600, last: 700, count: 14 }));
  }
}

/** The same line, evenly spread over a stretch of time before the end. */
export function times(
  text: string,
  { first = 850, last = 20, count = 12 }: { first?: number; last?: number; count?: number } = {},
): LogLine[] {
  return Array.from({ length: count }, (_, index) => ({
    secondsAgo: Math.round(first - (index * (first - last)) / Math.max(1, count - 1)),
    text,
  }));
}

/** `could not retrieve currencies`, and what gRPC gave for it; the page is a 500. */
export function frontendFails(world: World, what: string, rpc: string, path = '/'): void {
  const error = JSON.stringify(`${what}: rpc error: ${rpc}`);
  world
    .app('frontend')
    .logs(
      times(
        `{"error":${error},"http.req.id":"c91a","http.req.method":"GET","http.req.path":"${path}","message":"request error","session":"${SESSION}","severity":"error","timestamp":"2026-10-01T01:10:02.201Z"}`,
      ),
    );
}

/** Ads and recommendations are left away when they fail; the page is a 200. */
export function frontendWarns(world: World, message: string, rpc: string): void {
  world
    .app('frontend')
    .logs(
      times(
        `{"error":${JSON.stringify(`rpc error: ${rpc}`)},"http.req.path":"/","message":"${message}","session":"${SESSION}","severity":"warning","timestamp":"2026-10-01T01:10:02.201Z"}`,
      ),
    );
}

/** The order page, by way of checkout. */
export function orderFails(world: World, what: string, rpc: string): void {
  frontendFails(
    world,
    'failed to complete the order',
    `code = Internal desc = ${what}: rpc error: ${rpc}`,
    '/cart/checkout',
  );
}

export function clusterIp(world: World, service: string): string {
  return String(objectAt(world.object('Service', service), 'spec').clusterIP);
}

/** What grpc-go says of a port that nobody listens on, or of a Service without endpoints. */
export function refused(address: string): string {
  return `code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp ${address}: connect: connection refused"`;
}

export function dialTimeout(address: string): string {
  return `code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp ${address}: i/o timeout"`;
}

export function unresolved(name: string): string {
  return `code = Unavailable desc = name resolver error: produced zero addresses`.concat(
    `; last error: dns: A record lookup error: lookup ${name} on 10.96.0.10:53: no such host`,
  );
}

export const DEADLINE = 'code = DeadlineExceeded desc = context deadline exceeded';
