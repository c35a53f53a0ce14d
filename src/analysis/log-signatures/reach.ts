import { type LogSignature, signatures } from './signature.ts';

const HOST = '(?<host>[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,250}[a-zA-Z0-9])?)';
const PORT = '(?<port>\\d{2,5})';

function reaching(parts: string): RegExp {
  return new RegExp(parts.replaceAll('HOST', HOST).replaceAll('PORT', PORT), 'i');
}

/** A name that does not resolve. */
const NAMES = signatures({ failureMode: 'dns-failure', blames: 'peer', score: 0.7 }, [
  [
    reaching(
      'lookup HOST(?: on [0-9a-f.:\\[\\]]+)?: (?:no such host|server misbehaving|i/o timeout)',
    ),
    'cannot resolve a name',
  ],
  [
    reaching(
      '(?:ENOTFOUND|EAI_AGAIN|UnknownHostException:?|Unknown MySQL server host) ["\'`]?(?!failed to resolve)HOST',
    ),
    'cannot resolve a name',
  ],
  [
    reaching(
      '(?:could not translate host name|could not resolve host:?|failed to resolve|cannot resolve|name does not resolve:?|host not found in upstream) ["\'`]?HOST',
    ),
    'cannot resolve a name',
  ],
  [
    /temporary failure in name resolution|name or service not known|nodename nor servname provided|no address associated with hostname/i,
    'cannot resolve a name',
  ],
]);

/** A peer that does not answer, with its address where the words have one. */
const PEERS = signatures({ failureMode: 'dependency-down', blames: 'peer', score: 0.6 }, [
  [
    reaching('connection to server at "HOST"(?: \\([^)]{0,60}\\))?, port PORT failed'),
    'cannot reach its database',
    { store: 'postgres' },
  ],
  [
    reaching('could not connect to server.{0,80}host "HOST".{0,60}port PORT'),
    'cannot reach its database',
    { store: 'postgres' },
  ],
  [reaching('connection to HOST:PORT refused'), 'cannot reach its database', { store: 'postgres' }],
  [
    reaching("can't connect to (?:MySQL )?server on ['\"]HOST(?:['\"]?:PORT)?"),
    'cannot reach its database',
    { store: 'mysql' },
  ],
  [
    /communications link failure|could not create connection to database server|can't connect to (?:local )?MySQL/i,
    'cannot reach its database',
    { store: 'mysql' },
  ],
  [
    reaching('(?:could not|unable to) connect to redis(?: server)?(?: at| on)? HOST:PORT'),
    'cannot reach its store',
    { store: 'redis' },
  ],
  [
    /unable to connect to redis|could not connect to redis|RedisConnectionFailure|RedisConnectionException/i,
    'cannot reach its store',
    { store: 'redis' },
  ],
  [
    reaching(
      '(?:MongoSocketOpenException|MongoNetworkError|exception opening socket|server ?selection ?(?:error|timeout)\\w*|no server chosen).{0,120}address[=:] ?["\'{(]?HOST:PORT',
    ),
    'cannot reach its database',
    { store: 'mongodb' },
  ],
  [
    /MongoSocket\w*Exception|MongoNetworkError|MongoServerSelectionError|MongoTimeoutException|ServerSelectionTimeoutError|server selection error/i,
    'cannot reach its database',
    { store: 'mongodb' },
  ],
  [
    reaching(
      '(?:attempting to connect to|cannot connect to|failed to connect to) (?:amqp://(?:[^@\\s]{0,80}@)?)?\\[?HOST:PORT\\]?',
    ),
    'cannot reach its peer',
  ],
  [/AmqpConnectException|AMQPConnectionError/i, 'cannot reach its broker', { store: 'rabbitmq' }],
  [
    reaching(
      '(?:dial tcp|dial unix|connect(?:ion)?(?: to)?|connect ECONNREFUSED|connect ETIMEDOUT|connection refused:?|connect to|connecting to(?: node| address)?|reach|addr(?:ess)?[:=])\\s*["\'`\\[(]?(?:[a-z0-9.-]{1,200}/)?HOST:PORT',
    ),
    'cannot reach a peer',
  ],
  [
    reaching(
      'https?://HOST:PORT\\S{0,200}.{0,80}(?:refused|timed? ?out|deadline exceeded|unreachable|reset)',
    ),
    'cannot reach a peer',
  ],
  [
    reaching(
      'HOST:PORT.{0,60}(?:connection refused|ECONNREFUSED|i/o timeout|no route to host|timed out)',
    ),
    'cannot reach a peer',
  ],
  [
    /connection refused|ECONNREFUSED|no route to host|connection (?:timed out|reset by peer)|ETIMEDOUT|upstream connect error|transport is closing|code ?= ?Unavailable|\bUNAVAILABLE\b|deadline exceeded|DEADLINE_EXCEEDED|503 Service Unavailable|502 Bad Gateway|504 Gateway/i,
    'cannot reach a peer',
  ],
]);

/** What programs say of others that they cannot reach: the trouble is seldom their own. */
export const REACH_SIGNATURES: readonly LogSignature[] = [...NAMES, ...PEERS];
