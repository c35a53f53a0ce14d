import { describe, expect, it } from 'vitest';
import { addressesOf, addressesWithin, clusterNameOf } from '../../src/analysis/addresses.ts';

describe('addresses in values', () => {
  it.each<[string, string, string[]]>([
    ['a host and a port', 'cart:7070', ['cart:7070']],
    [
      'a URL',
      'http://orders.shop.svc.cluster.local:8082/api',
      ['orders.shop.svc.cluster.local:8082'],
    ],
    ['a JDBC URL', 'jdbc:mysql://ts-order-mysql:3306/ts?useSSL=false', ['ts-order-mysql:3306']],
    [
      'a URL with credentials that were redacted',
      'amqp://[REDACTED:url:0a1b2c3d]@rabbitmq:5672/',
      ['rabbitmq:5672'],
    ],
    [
      'several hosts of one URL',
      'mongodb://u:p@db-0.db:27017,db-1.db:27017/app',
      ['db-0.db:27017', 'db-1.db:27017'],
    ],
    ['a list with commas', 'kafka-0:9092,kafka-1:9092', ['kafka-0:9092', 'kafka-1:9092']],
    ['a target of gRPC', 'dns:///catalog:3550', ['catalog:3550']],
    ['a single word', 'orders-db', ['orders-db']],
    ['a sentence', 'a shop for all of us', []],
    ['a number', '8080', []],
    ['a path', '/var/lib/data', []],
  ])('reads %s', (_, value, expected) => {
    const read = addressesOf(value).map(({ host, port }) =>
      port === null ? host : `${host}:${port}`,
    );
    expect(read).toEqual(expected);
  });

  it('finds hosts with ports within a log line, and not the scheme before them', () => {
    const line = 'I/O error on POST request for "http://ts-order-service:12031/api": refused';
    expect(addressesWithin(line)).toContainEqual({ host: 'ts-order-service', port: 12031 });
    expect(addressesWithin(line).map(({ host }) => host)).not.toContain('http');
  });

  it('takes nobody that mail goes to for a host that is called', () => {
    const hosts = addressesWithin(
      'no mail to ann@example.com: amqp://guest@rabbitmq.example.com:5672 and root@db.example.com:22 time out',
    ).map(({ host }) => host);
    expect(hosts).not.toContain('example.com');
    expect(hosts).toEqual(expect.arrayContaining(['rabbitmq.example.com', 'db.example.com']));
  });

  it.each<[string, { name: string; namespace: string } | null]>([
    ['cart', { name: 'cart', namespace: 'shop' }],
    ['cart.stage', { name: 'cart', namespace: 'stage' }],
    ['cart.other.svc', { name: 'cart', namespace: 'other' }],
    ['api.stripe.com', null],
    ['github.com', null],
    ['10.0.0.1', null],
    ['localhost', null],
  ])('takes %s for a name of the cluster or of the world outside', (host, expected) => {
    expect(clusterNameOf(host, 'shop', new Set(['shop', 'stage']))).toEqual(expected);
  });
});
