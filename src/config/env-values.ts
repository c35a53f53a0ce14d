import { z } from 'zod';
import {
  connectionUrl,
  emailAddress,
  hostName,
  httpUrl,
  kubeconfigPath,
  originUrl,
  path,
  secretText,
  text,
  wholeText,
} from './fields.ts';
import { describeValue, hidden, type Problems, parseInto } from './problems.ts';
import { type Environ, type EnvName, isSecretSetting } from './settings.ts';

/** The variable's value; undefined when it is unset, empty or blank, as compose files leave them. */
export function envValue(env: Environ, name: EnvName): string | undefined {
  return env[name]?.trim() || undefined;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Comma-separated. A list of nothing but commas must not pass for "none is wanted". */
function listOf<S extends z.ZodType<unknown, string>>(item: S, accepts: string) {
  return z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(item).min(1, accepts));
}

const tokens = listOf(secretText(), 'one token or several, comma-separated');
const secrets = listOf(secretText(), 'one secret or several, comma-separated');
const hosts = listOf(hostName(), 'one host name or several, comma-separated');
const origins = listOf(originUrl(), 'one origin or several, comma-separated');

export type EnvValues = ReturnType<typeof readEnv>;

/** What the environment says, each variable by itself; undefined for what it leaves out or has wrong. */
export function readEnv(env: Environ, problems: Problems) {
  const read = <S extends z.ZodType>(name: EnvName, schema: S): z.output<S> | undefined => {
    const value = envValue(env, name);
    if (value === undefined) return undefined;
    const got = () => (isSecretSetting(name) ? hidden : describeValue(value));
    return parseInto(problems, schema, value, name, got);
  };
  const logLevel = z.enum(logLevels, `one of ${logLevels.join(', ')}`);
  return {
    host: read('HOST', z.string().regex(/^[\w.:[\]-]+$/, 'a host name or an IP address')),
    port: read('PORT', wholeText(0, 65_535)),
    webhookTokens: read('WEBHOOK_TOKEN', tokens),
    pagerdutySecrets: read('PAGERDUTY_WEBHOOK_SECRETS', secrets),
    pagerdutyToken: read('PAGERDUTY_API_TOKEN', secretText()),
    pagerdutyUrl: read('PAGERDUTY_API_URL', httpUrl()),
    pagerdutyFrom: read('PAGERDUTY_FROM', emailAddress()),
    apiToken: read('API_TOKEN', secretText()),
    mcpTokens: read('MCP_TOKEN', tokens),
    mcpAllowedHosts: read('MCP_ALLOWED_HOSTS', hosts),
    mcpAllowedOrigins: read('MCP_ALLOWED_ORIGINS', origins),
    auditLog: read('AUDIT_LOG', path('a file')),
    databaseUrl: read('DATABASE_URL', connectionUrl('postgres', 'postgresql')),
    redisUrl: read('REDIS_URL', connectionUrl('redis', 'rediss')),
    dataDir: read('DATA_DIR', text('the path of a directory')),
    anthropicApiKey: read('ANTHROPIC_API_KEY', secretText()),
    anthropicBaseUrl: read('ANTHROPIC_BASE_URL', httpUrl()),
    model: read('MODEL', text('the name of a model')),
    slackBotToken: read('SLACK_BOT_TOKEN', secretText()),
    slackChannel: read('SLACK_CHANNEL', text('a channel')),
    slackApiUrl: read('SLACK_API_URL', httpUrl()),
    slackMessagesPerMinute: read('SLACK_MESSAGES_PER_MINUTE', wholeText(1, 1_000_000)),
    kubeconfig: read('KUBECONFIG', kubeconfigPath()),
    prometheusUrl: read('PROMETHEUS_URL', httpUrl()),
    lokiUrl: read('LOKI_URL', httpUrl()),
    logLevel: read('LOG_LEVEL', logLevel),
  };
}
