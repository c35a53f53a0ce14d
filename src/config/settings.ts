/** A process environment: names to values. */
export type Environ = Readonly<Record<string, string | undefined>>;

export interface EnvSetting {
  readonly name: string;
  readonly description: string;
  /** As it would be written; null when leaving it out means "none". */
  readonly default: string | null;
  /** Its value never shows in an error, a log or a table. */
  readonly secret: boolean;
}

/**
 * Every environment variable that this program reads. The reader takes only names of this list, and tests
 * compare it with docs/configuration.md, so that neither can know a setting that the other does not.
 */
export const envSettings = [
  {
    name: 'HOST',
    description: 'Address to listen on. Anything but a loopback address needs `WEBHOOK_TOKEN`.',
    default: '127.0.0.1',
    secret: false,
  },
  {
    name: 'PORT',
    description: 'TCP port to listen on; 0 takes any free one. `mcp --http` takes 8090 unless set.',
    default: '8080',
    secret: false,
  },
  {
    name: 'WEBHOOK_TOKEN',
    description: 'What senders of webhooks present. Comma-separated: several may be live at once.',
    default: null,
    secret: true,
  },
  {
    name: 'PAGERDUTY_WEBHOOK_SECRETS',
    description:
      'Secrets of the webhook subscriptions in PagerDuty. Comma-separated: several may be live at once. Without one its webhooks are refused.',
    default: null,
    secret: true,
  },
  {
    name: 'PAGERDUTY_API_TOKEN',
    description:
      "Token of PagerDuty's REST API, read-only is enough but for notes. Without it the labels behind an incident are not known.",
    default: null,
    secret: true,
  },
  {
    name: 'PAGERDUTY_API_URL',
    description: "Where PagerDuty's REST API is: `https://api.eu.pagerduty.com` in the EU.",
    default: 'https://api.pagerduty.com',
    secret: false,
  },
  {
    name: 'PAGERDUTY_FROM',
    description:
      'Email address of the user of PagerDuty in whose name reports go back as notes. Needs `PAGERDUTY_API_TOKEN`, one that may write. Without it no notes are written.',
    default: null,
    secret: false,
  },
  {
    name: 'API_TOKEN',
    description:
      'Bearer token of the JSON API. Without it the API answers callers on this machine.',
    default: null,
    secret: true,
  },
  {
    name: 'MCP_TOKEN',
    description:
      'Bearer token for `mcp --http`. Comma-separated: several may be live at once. Without it only callers on this machine.',
    default: null,
    secret: true,
  },
  {
    name: 'MCP_ALLOWED_HOSTS',
    description:
      'Names, without port, that clients of `mcp --http` may call it by, besides loopback ones. Comma-separated.',
    default: null,
    secret: false,
  },
  {
    name: 'MCP_ALLOWED_ORIGINS',
    description:
      'Web pages that may call `mcp --http`, besides those of this machine, such as `https://chat.example.org`. Comma-separated.',
    default: null,
    secret: false,
  },
  {
    name: 'AUDIT_LOG',
    description:
      'File that gets one JSON line for each tool call. Without it the calls are in the log.',
    default: null,
    secret: false,
  },
  {
    name: 'DATABASE_URL',
    description: 'PostgreSQL that holds incidents. Without it an embedded one in `DATA_DIR` does.',
    default: null,
    secret: true,
  },
  {
    name: 'REDIS_URL',
    description: 'Redis that holds the queue. Without it the queue lives in the database.',
    default: null,
    secret: true,
  },
  {
    name: 'DATA_DIR',
    description: 'Directory of the embedded database.',
    default: './data',
    secret: false,
  },
  {
    name: 'ANTHROPIC_API_KEY',
    description: 'Key for the model. Without it reports are what was gathered, and say so.',
    default: null,
    secret: true,
  },
  {
    name: 'ANTHROPIC_BASE_URL',
    description:
      'Where the Messages API is, for gateways and local models. Overrides `model.baseUrl`.',
    default: null,
    secret: false,
  },
  {
    name: 'MODEL',
    description: 'Name of the model. Overrides `model.name`.',
    default: 'claude-sonnet-5-5',
    secret: false,
  },
  {
    name: 'SLACK_BOT_TOKEN',
    description: 'Bot token of the Slack app. Needs a channel.',
    default: null,
    secret: true,
  },
  {
    name: 'SLACK_CHANNEL',
    description:
      'Channel for incident threads. Overrides `slack.channel`. Needs `SLACK_BOT_TOKEN`.',
    default: null,
    secret: false,
  },
  {
    name: 'SLACK_API_URL',
    description: 'Where the Slack Web API is, for proxies and tests.',
    default: 'https://slack.com/api/',
    secret: false,
  },
  {
    name: 'SLACK_MESSAGES_PER_MINUTE',
    description:
      'Messages that one process posts into one channel in a minute, beyond a short burst. Slack takes about 60, of all that post there.',
    default: '60',
    secret: false,
  },
  {
    name: 'KUBECONFIG',
    description:
      'Path of one kubeconfig file for the environment `default`. Never read unless set.',
    default: null,
    secret: false,
  },
  {
    name: 'PROMETHEUS_URL',
    description: 'Prometheus of the environment `default`.',
    default: null,
    secret: false,
  },
  {
    name: 'LOKI_URL',
    description: 'Loki of the environment `default`.',
    default: null,
    secret: false,
  },
  {
    name: 'LOG_LEVEL',
    description: 'One of fatal, error, warn, info, debug, trace, silent.',
    default: 'info',
    secret: false,
  },
  {
    name: 'PROBABLE_CAUSE_CONFIG',
    description: 'Path of the YAML file. Without it `./probable-cause.yaml` is read, if it exists.',
    default: null,
    secret: false,
  },
] as const satisfies readonly EnvSetting[];

export type EnvName = (typeof envSettings)[number]['name'];

const secretNames: ReadonlySet<string> = new Set(
  envSettings.filter((setting) => setting.secret).map((setting) => setting.name),
);

export function isSecretSetting(name: EnvName): boolean {
  return secretNames.has(name);
}
