import { describe, expect, it } from 'vitest';
import { wrongAddress } from '../../../src/analysis/analysers/traffic/wrong-address.ts';
import { cited, situationAfter, told } from '../../diagnosis/situation.ts';

async function found(app: string, env: Record<string, string>): Promise<string[]> {
  const situation = await situationAfter((world) => world.app(app).setEnv(env));
  return told([wrongAddress], situation);
}

describe('addresses that workloads were given', () => {
  it.each<[string, string, Record<string, string>, string]>([
    [
      'a misspelt name',
      'checkout',
      { PAYMENT_ADDR: 'payments-api:50051' },
      'bad-configuration Deployment checkout',
    ],
    [
      'a port that the Service does not have',
      'checkout',
      { PAYMENT_ADDR: 'payment:50052' },
      'bad-configuration Deployment checkout',
    ],
    [
      'a namespace that does not have it',
      'frontend',
      { CART_ADDR: 'cart.kube-system.svc:7070' },
      'bad-configuration Deployment frontend',
    ],
    [
      'the address of another Service',
      'frontend',
      { SHIPPING_ADDR: 'payment:50051' },
      'bad-configuration Deployment frontend',
    ],
    [
      'the port of a store, in a variable of its own',
      'orders',
      { DB_PORT: '5433' },
      'store-credentials Deployment orders',
    ],
    [
      'the host of a store in a URL',
      'orders',
      { DATABASE_URL: 'postgres://app@orders-pg:5432/orders' },
      'store-credentials Deployment orders',
    ],
  ])('finds %s', async (_, app, env, expected) => {
    expect(await found(app, env)).toEqual([expected]);
  });

  it('is hardly blamed on who calls what runs and only has lost its Service', async () => {
    const situation = await situationAfter((world) => world.remove('Service', 'payment'));
    const [found] = cited([wrongAddress], situation);
    expect(found?.score).toBeLessThan(0.6);
  });

  it.each<[string, Record<string, string>]>([
    ['a full name of the same Service', { PAYMENT_ADDR: 'payment.shop.svc.cluster.local:50051' }],
    ['a third party', { STRIPE_URL: 'https://api.stripe.com:443/v1' }],
    ['a process beside it', { STATSD_ADDR: 'localhost:8125' }],
    ['an address by number', { PAYMENT_ADDR: '10.96.4.4:50051' }],
    ['a bind address', { LISTEN_ADDR: '0.0.0.0:5050' }],
    ['an address that is put together elsewhere', { CART_ADDR: '$(CART_SERVICE_HOST):7070' }],
    ['an image reference', { SIDECAR_IMAGE: 'registry.example/shop/agent:1.2' }],
    ['a word that is no address', { MODE: 'payments' }],
    ['a time', { START: '12:30' }],
  ])('takes %s as it is', async (_, env) => {
    expect(await found('checkout', env)).toEqual([]);
  });
});
