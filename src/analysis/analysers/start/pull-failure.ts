import type { FailureMode } from '../../../report/failure-modes.ts';

/** What a runtime or a registry says of a pull that failed. */
export type PullFailure =
  | 'invalid-name'
  | 'never-pulled'
  | 'rate-limited'
  | 'no-dns'
  | 'no-space'
  | 'refused'
  /** Nobody but the registry knows whether it is not there or not for us. */
  | 'absent-or-private'
  | 'absent'
  | 'unreachable';

/** In the words of containerd, CRI-O, Docker and the usual registries; the first that matches counts. */
const WORDS: readonly (readonly [PullFailure, RegExp])[] = [
  [
    'invalid-name',
    /InvalidImageName|couldn't parse image|invalid reference format|Failed to apply default image tag|must be lowercase/i,
  ],
  ['never-pulled', /ErrImageNeverPull|pull policy of Never/i],
  ['rate-limited', /toomanyrequests|429 Too Many Requests|rate limit|too many requests/i],
  [
    'no-dns',
    /no such host|server misbehaving|Temporary failure in name resolution|lookup \S+(?: on \S+)?: .*(?:i\/o timeout|connection refused|no answer)/i,
  ],
  ['no-space', /no space left on device/i],
  [
    'absent',
    /manifest unknown|MANIFEST_UNKNOWN|name unknown|NAME_UNKNOWN|repository name not known|manifest for \S+ not found|no matching manifest|no match for platform|404 Not Found|: not found|code = NotFound/i,
  ],
  [
    'absent-or-private',
    /pull access denied|may require (?:'docker login'|authorization)|insufficient_scope|requested access to the resource is denied/i,
  ],
  [
    'refused',
    /401 Unauthorized|403 Forbidden|unauthorized|authentication required|authorization failed|no basic auth credentials|failed to (?:fetch (?:anonymous|oauth) token|authorize)|invalid username\/password|\bdenied\b|incorrect username or password|access forbidden|unauthenticated request/i,
  ],
  [
    'unreachable',
    /i\/o timeout|connection refused|connection reset|no route to host|network is unreachable|context deadline exceeded|TLS handshake|x509|tls: |HTTP response to HTTPS client|Client\.Timeout|deadline exceeded|\b50[0234] |unexpected EOF|: EOF|timed out|RegistryUnavailable|proxyconnect/i,
  ],
];

/** The most telling over all that is said. */
export function pullFailureOf(texts: readonly string[]): PullFailure | null {
  for (const [failure, words] of WORDS) if (texts.some((text) => words.test(text))) return failure;
  return null;
}

export function failureModeOf(failure: PullFailure): FailureMode {
  switch (failure) {
    case 'refused':
      return 'image-pull-auth';
    case 'rate-limited':
    case 'no-dns':
    case 'unreachable':
      return 'registry-unreachable';
    case 'no-space':
      return 'disk-full';
    case 'invalid-name':
    case 'never-pulled':
    case 'absent':
    case 'absent-or-private':
      return 'image-not-found';
  }
}

export function wordsOf(failure: PullFailure | null): string {
  switch (failure) {
    case 'invalid-name':
      return 'is not a valid image name';
    case 'never-pulled':
      return 'is not on the node and may not be pulled';
    case 'rate-limited':
      return 'is not given out, since its registry limits the rate';
    case 'no-dns':
      return 'is in a registry whose name does not resolve';
    case 'no-space':
      return 'does not fit on the node';
    case 'refused':
      return 'is refused by its registry for want of valid credentials';
    case 'absent':
      return 'does not exist in its registry';
    case 'absent-or-private':
      return 'does not exist, or not for those who come without credentials';
    case 'unreachable':
      return 'is in a registry that cannot be reached';
    case null:
      return 'cannot be pulled';
  }
}
