import { z } from 'zod';
import { connectionUrl, httpUrl, kubeconfigPath, secretText, text, wholeText } from './fields.ts';
import { describeValue, hidden, type Problems, parseInto } from './problems.ts';
import { type Environ, type EnvName, isSecretSetting } from './settings.ts';

/** The variable's value; undefined when it is unset, empty or blank, as compose files leave them. */
export function envValue(env: Environ, name: EnvName): string | undefined {
  return env[name]?.trim() || undefined;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const tokenList = z
  .string()
  .transform((list) =>
    list
      .split(',')
      .map((token) => token.trim())
      .filter(Boolean),
  )
  // A list of nothing but commas must not pass for "no token is wanted".
  .pipe(z.array(secretText()).min(1, 'one token or several, comma-separated'));

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
    webhookTokens: read('WEBHOOK_TOKEN', tokenList),
    apiToken: read('API_TOKEN', secretText()),
    databaseUrl: read('DATABASE_URL', connectionUrl('postgres', 'postgresql')),
    redisUrl: read('REDIS_URL', connectionUrl('redis', 'rediss')),
    dataDir: read('DATA_DIR', text('the path of a directory')),
    anthropicApiKey: read('ANTHROPIC_API_KEY', secretText()),
    anthropicBaseUrl: read('ANTHROPIC_BASE_URL', httpUrl()),
    model: read('MODEL', text('the name of a model')),
    slackBotToken: read('SLACK_BOT_TOKEN', secretText()),
    slackChannel: read('SLACK_CHANNEL', text('a channel')),
    slackApiUrl: read('SLACK_API_URL', httpUrl()),
    kubeconfig: read('KUBECONFIG', kubeconfigPath()),
    prometheusUrl: read('PROMETHEUS_URL', httpUrl()),
    lokiUrl: read('LOKI_URL', httpUrl()),
    logLevel: read('LOG_LEVEL', logLevel),
  };
}
