import { type LogSignature, signatures } from './signature.ts';

const FULL = signatures(
  { failureMode: 'connection-pool-exhausted', blames: 'store', score: 0.92 },
  [
    [
      /sorry, too many clients already|remaining connection slots are reserved|too many connections for (?:role|database)|no more connections allowed \(max_client_conn\)/i,
      'finds no connection left',
      { store: 'postgres' },
    ],
    [
      /\btoo many connections\b|max_user_connections|error[: (]+1040\b/i,
      'finds no connection left',
      { store: 'mysql' },
    ],
    [/max number of clients reached/i, 'finds no connection left', { store: 'redis' }],
    [
      /refused because too many open connections/i,
      'finds no connection left',
      { store: 'mongodb' },
    ],
    [
      /ORA-0?0020\b|ORA-12516|maximum number of (?:connections|sessions|processes) (?:exceeded|reached)/i,
      'finds no connection left',
    ],
    // What follows is the pool of the client.
    [
      /connection is not available, request timed out after/i,
      'waits in vain for a connection of its own pool',
      { blames: 'speaker', score: 0.8 },
    ],
    [
      /QueuePool limit of size \d+ overflow \d+ reached|timed out fetching a new connection from the connection pool|Timeout acquiring a connection|ConnectionAcquireTimeoutError|ResourceRequest timed out/i,
      'waits in vain for a connection of its own pool',
      { blames: 'speaker', score: 0.8 },
    ],
    [
      /(?:timeout|timed out) (?:while )?(?:waiting for|acquiring|checking out|obtaining|getting) (?:a |an )?(?:idle object|(?:db |database )?connection)|elapsed prior to obtaining a connection from the pool/i,
      'waits in vain for a connection of its own pool',
      { blames: 'speaker', score: 0.8 },
    ],
    [
      /MongoWaitQueueFull|WaitQueueTimeout|too many threads are already waiting for a connection|could not get a resource from the pool|GetConnectionTimeoutException|maxActive \d+, creating|PoolExhausted|connection pool (?:is )?(?:exhausted|full|timeout)|\bpool (?:is )?exhausted|redis: connection pool timeout|timeout exceeded when trying to connect/i,
      'waits in vain for a connection of its own pool',
      { blames: 'speaker', score: 0.75 },
    ],
  ],
);

const READ_ONLY = signatures({ failureMode: 'database-read-only', blames: 'store', score: 0.95 }, [
  [
    /cannot execute [A-Z][A-Z ]{2,40} in a read-only transaction/,
    'is refused every write',
    { store: 'postgres' },
  ],
  [
    /--(?:super[-_])?read[-_]only|running in read[- ]only mode|error[: (]+(?:1290|1836)\b/i,
    'is refused every write',
    { store: 'mysql' },
  ],
  [/READONLY You can't write against a read.only/i, 'is refused every write', { store: 'redis' }],
  [
    /NotWrit(?:e|)ablePrimary|\bnot (?:master|primary)\b(?: and (?:slaveOk|secondaryOk)=false)?/i,
    'is refused every write',
    { store: 'mongodb', score: 0.85 },
  ],
  [
    /attempt to write a readonly database|(?:database|db|server) is (?:currently )?(?:in )?read[- ]?only|READ ONLY (?:mode )?transaction/i,
    'is refused every write',
    { score: 0.88 },
  ],
]);

const CREDENTIALS = signatures(
  { failureMode: 'store-credentials', blames: 'speaker', score: 0.95 },
  [
    [
      /password authentication failed for user "(?<user>[^"]*)"|no pg_hba\.conf entry for|role "(?<role>[^"]*)" does not exist|no password supplied|no password was provided|SASL authentication failed/i,
      'is refused by its database for what it signs in with',
      { store: 'postgres' },
    ],
    [
      /database "(?<database>[^"]*)" does not exist/i,
      'asks for a database that does not exist',
      { store: 'postgres' },
    ],
    [
      /access denied for user ["'`](?<user>[^"'`]*)["'`]/i,
      'is refused by its database for what it signs in with',
      { store: 'mysql' },
    ],
    [
      /unknown database ["'`](?<database>[^"'`]*)["'`]/i,
      'asks for a database that does not exist',
      { store: 'mysql' },
    ],
    [
      /\bWRONGPASS\b|\bNOAUTH\b|ERR invalid password|without any password configured|no password is set/i,
      'is refused by its store for what it signs in with',
      { store: 'redis' },
    ],
    [
      /Exception authenticating MongoCredential|(?:mongo|SCRAM)\S*.{0,80}authentication failed|authentication failed.{0,80}(?:mongo|SCRAM|code["']?:? ?18)|command \w+ requires authentication/i,
      'is refused by its database for what it signs in with',
      { store: 'mongodb' },
    ],
    [
      /ACCESS_REFUSED|login was refused using authentication mechanism|PLAIN login refused|access to vhost .{0,60}refused/i,
      'is refused by its broker for what it signs in with',
      { store: 'rabbitmq' },
    ],
    [
      /SaslAuthenticationException|Login failed for user|unable to authenticate user|ORA-01017/i,
      'is refused by its store for what it signs in with',
    ],
  ],
);

const SLOW = signatures({ failureMode: 'database-slow', blames: 'store', score: 0.75 }, [
  [
    /\bduration: \d{4,}(?:\.\d+)? ms\b|canceling statement due to statement timeout/i,
    'has queries that take too long',
    { store: 'postgres' },
  ],
  [
    /maximum statement execution time exceeded|# Query_time: [1-9]/i,
    'has queries that take too long',
    { store: 'mysql' },
  ],
  [
    /\bCOLLSCAN\b|MaxTimeMSExpired|operation exceeded time limit/i,
    'has queries that take too long',
    { store: 'mongodb' },
  ],
  [
    /slow (?:query|sql|statement)|query (?:took|timed out|timeout)|SQLTimeoutException/i,
    'has queries that take too long',
    { score: 0.65 },
  ],
]);

const LAG = signatures({ failureMode: 'replication-lag', blames: 'store', score: 0.85 }, [
  [
    /requested WAL segment .{0,60}has already been removed|due to conflict with recovery/i,
    'meets a replica that lags',
    { store: 'postgres' },
  ],
  [
    /Seconds_Behind_(?:Master|Source):? [1-9]\d+|Got fatal error 1236|relay log read failure/i,
    'meets a replica that lags',
    { store: 'mysql' },
  ],
  [
    /(?:replication|replica|slave|standby|secondary)\b.{0,40}\b(?:lag\w*|behind|stale)\b|too stale to|MaxStaleness/i,
    'meets a replica that lags',
    { score: 0.75 },
  ],
]);

const CACHE = signatures({ failureMode: 'cache-failure', blames: 'store', score: 0.9 }, [
  [
    /OOM command not allowed when used memory/i,
    'finds its cache out of memory',
    { store: 'redis' },
  ],
  [
    /\bMISCONF\b.{0,20}Redis|\bCLUSTERDOWN\b|\bMASTERDOWN\b|LOADING Redis is loading/i,
    'finds its cache out of service',
    { store: 'redis' },
  ],
  [
    /SERVER_ERROR out of memory storing object/i,
    'finds its cache out of memory',
    { store: 'memcached' },
  ],
]);

const QUEUE = signatures({ failureMode: 'queue-backlog', blames: 'speaker', score: 0.8 }, [
  [
    /memory (?:resource limit )?alarm\b.{0,40}\bset\b|memory resource limit alarm|system_memory_high_watermark/i,
    'blocks publishers for lack of memory',
    { blames: 'store', store: 'rabbitmq', score: 0.88 },
  ],
  [
    /connection\.blocked|connection (?:is |was )?blocked\b.{0,40}(?:broker|memory|low on)|low on (?:memory|disk)/i,
    'is blocked by its broker',
    { blames: 'store', store: 'rabbitmq', score: 0.88 },
  ],
  [
    /delivery acknowledgement on channel .{0,40}timed out|max\.poll\.interval|CommitFailedException|offset commit failed/i,
    'takes too long over its messages',
    { score: 0.75 },
  ],
  [
    /consumer (?:group )?.{0,60}\blag\b|\blag(?:ging)?\b.{0,40}(?:messages|offsets)|messages? behind\b/i,
    'is behind with its messages',
    { score: 0.75 },
  ],
  [
    /\b(?:queue|buffer|mailbox|channel|backlog)\b.{0,40}\b(?:is |was )?(?:full|overflow\w*|at capacity|growing|exceed\w*)/i,
    'has a queue that is full',
    { score: 0.7 },
  ],
]);

/** What clients say of their stores, and stores of themselves. */
export const STORE_SIGNATURES: readonly LogSignature[] = [
  ...READ_ONLY,
  ...CREDENTIALS,
  ...FULL,
  ...CACHE,
  ...LAG,
  ...QUEUE,
  ...SLOW,
];
