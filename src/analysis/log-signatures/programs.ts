import { type LogSignature, signatures } from './signature.ts';

const EXHAUSTED = signatures(
  { failureMode: 'file-descriptors-exhausted', blames: 'speaker', score: 0.92 },
  [
    // Before what says "no space left on device" of a disk: inotify answers ENOSPC, too.
    [/system limit for number of file watchers reached/i, 'ran out of inotify watches'],
    [
      /inotify_(?:init1?|add_watch)\b.{0,80}(?:too many|no space left)/i,
      'ran out of inotify handles',
    ],
    [/too many open files|\bEMFILE\b|\bENFILE\b/i, 'ran out of file descriptors'],
    [/unable to create (?:new )?native thread/i, 'can start no more threads'],
    [
      /pthread_create failed|failed to create new OS thread|can't start new thread/i,
      'can start no more threads',
    ],
    [
      /\b(?:fork|clone|pthread_create|newosproc)\b.{0,60}(?:resource temporarily unavailable|EAGAIN)/i,
      'can start no more processes',
    ],
    [
      /\bdial\b.{0,120}cannot assign requested address|no (?:free|available) ephemeral ports?/i,
      'ran out of local ports for connections',
      { score: 0.75 },
    ],
  ],
);

const MEMORY = signatures({ failureMode: 'oom-killed', blames: 'speaker', score: 0.9 }, [
  [/java\.lang\.OutOfMemoryError/, 'ran out of Java memory'],
  [
    /JavaScript heap out of memory|Reached heap limit Allocation failed/i,
    'ran out of JavaScript heap',
  ],
  [
    /fatal error: (?:runtime: )?(?:out of memory|cannot allocate memory)|runtime: out of memory/i,
    'could get no more memory',
  ],
  [
    /^(?:\S+ )?MemoryError\b|_ArrayMemoryError|\bSystem\.OutOfMemoryException\b|\bstd::bad_alloc\b/,
    'could get no more memory',
  ],
  [
    /insufficient memory for the Java Runtime Environment|Native memory allocation \(\w+\) failed/i,
    'could get no more memory',
  ],
  [/Allowed memory size of \d+ bytes exhausted/i, 'ran into the memory limit of PHP'],
  [
    /Worker .{0,60}was sent SIGKILL! Perhaps out of memory/i,
    'has workers killed for their memory',
    { score: 0.75 },
  ],
]);

const DISK = signatures({ failureMode: 'disk-full', blames: 'speaker', score: 0.92 }, [
  [/no space left on device|\bENOSPC\b|errno:? 28\b/i, 'has no space left on a file system'],
  [/disk quota exceeded|\bEDQUOT\b/i, 'is over its disk quota'],
  [
    /not enough space on the disk|disk is full writing|disk full\b/i,
    'has no space left on a file system',
  ],
  [
    /flood[- ]stage disk watermark|FORBIDDEN\/12\/index read-only/i,
    'has gone read-only for lack of disk space',
  ],
  [
    /disk (?:resource limit|free space) alarm|disk_free_limit.{0,60}\bset\b/i,
    'blocks publishers for lack of disk space',
    { score: 0.85 },
  ],
]);

const PORT = signatures({ failureMode: 'port-conflict', blames: 'speaker', score: 0.95 }, [
  [
    /:(?<port>\d{2,5})\)?:? .{0,40}address (?:is )?already in use/i,
    'wants a port that another process of its pod has',
  ],
  [
    /address (?:is )?already in use(?:.{0,40}:(?<port>\d{2,5}))?/i,
    'wants a port that another process of its pod has',
  ],
  [
    /\bport (?<port>\d{2,5}) (?:is|was) already (?:in use|being used|allocated)/i,
    'wants a port that another process of its pod has',
  ],
  [
    /\bEADDRINUSE\b(?:.{0,60}:(?<port>\d{2,5}))?|\baddress in use\b/i,
    'wants a port that another process of its pod has',
  ],
]);

const WAITING = signatures({ failureMode: 'deadlock', blames: 'speaker', score: 0.9 }, [
  [/all goroutines are asleep - deadlock/i, 'has goroutines that wait for one another'],
  [
    /found (?:one|\d+) Java-level deadlocks?|deadlocked threads/i,
    'has threads that wait for one another',
  ],
  [
    /deadlock found when trying to get lock|deadlock detected|deadlocked on lock resources|ORA-00060/i,
    'has transactions that wait for one another',
  ],
  [
    /lock wait timeout exceeded|lock timeout|could not obtain lock on|still waiting for \w+Lock on/i,
    'waits too long for locks',
    { score: 0.8 },
  ],
  [/database (?:table )?is locked\b|\bSQLITE_BUSY\b/i, 'waits too long for locks', { score: 0.8 }],
]);

const CLOCK = signatures({ failureMode: 'clock-skew', blames: 'speaker', score: 0.88 }, [
  [
    /certificate .{0,60}not yet valid: current time \S+ is before|CertificateNotYetValid/i,
    'finds a certificate that is valid only later, so that clocks disagree',
    { score: 0.75 },
  ],
  [
    /clock (?:skew|drift)|clocks? (?:are|is) (?:not in sync|out of sync|ahead|behind)/i,
    'says that clocks disagree',
  ],
  [
    /clock (?:has )?(?:moved|went|goes|jumped) back|time (?:has )?(?:moved|went|jumped) backwards?/i,
    'says that the clock went backwards',
  ],
  [
    /RequestTimeTooSkewed|difference between the request time and the (?:current|server's) time/i,
    'is refused for its clock',
  ],
  [
    /token (?:is )?(?:used before issued|not (?:yet )?valid yet|not yet valid)|\b(?:iat|nbf)\b.{0,40}future|issued in the future|jwt not active/i,
    'sees tokens from the future',
  ],
  [
    /clock difference (?:against|with) peer|clock synchronization error|signature not yet current/i,
    'says that clocks disagree',
  ],
]);

const CERTIFICATE = signatures(
  { failureMode: 'certificate-expired', blames: 'peer', score: 0.92 },
  [
    [
      /certificate has expired|CERT_HAS_EXPIRED|CertificateExpired|expired certificate|certificate (?:is )?expired/i,
      'meets an expired certificate',
    ],
    [
      /PKIX path (?:building|validation) failed|unable to find valid certification path/i,
      'meets a certificate that it does not trust',
    ],
    [
      /signed by unknown authority|CERTIFICATE_VERIFY_FAILED|unable to get local issuer certificate|UNABLE_TO_VERIFY_LEAF_SIGNATURE/i,
      'meets a certificate that it does not trust',
    ],
    [
      /self[- ]signed certificate|SELF_SIGNED_CERT/i,
      'meets a certificate that it does not trust',
      { score: 0.85 },
    ],
    [
      /x509: certificate is (?:not )?valid for|ERR_TLS_CERT_ALTNAME_INVALID|hostname .{0,80}doesn't match|No subject alternative (?:DNS )?names?/i,
      'meets a certificate for another name',
    ],
    [
      /tls: (?:bad|unknown) certificate|alert (?:number \d+|certificate (?:unknown|expired))|unknown certificate authority/i,
      'has its certificate refused',
      { score: 0.75 },
    ],
  ],
);

/** What a process says of itself and its machine. */
export const PROGRAM_SIGNATURES: readonly LogSignature[] = [
  ...EXHAUSTED,
  ...MEMORY,
  ...PORT,
  ...DISK,
  ...CLOCK,
  ...CERTIFICATE,
  ...WAITING,
];
