import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isLoopbackHost } from '../lib/loopback.ts';
import type { ModelPrice } from '../models/price.ts';
import { type EnvValues, envValue, readEnv } from './env-values.ts';
import type { Environment } from './environment.ts';
import { environmentsOf, unusableKubeconfig } from './environments.ts';
import { type EnvironmentList, type ModelSection, readFileValues } from './file-values.ts';
import type { Limits } from './limits.ts';
import { type McpHttpConfig, mcpHttpOf } from './mcp-http.ts';
import { type PagerDutyConfig, pagerdutyOf } from './pagerduty.ts';
import { defaultPrices, priceOf } from './prices.ts';
import { describeValue, Problems } from './problems.ts';
import type { ReconcileConfig } from './reconcile.ts';
import type { Secret } from './secret.ts';
import type { Environ } from './settings.ts';
import { type SlackConfig, slackOf } from './slack.ts';
import { readYaml } from './yaml-file.ts';

export interface HttpConfig {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Any one of them lets a webhook in. Empty: only callers on this machine. */
  webhookTokens: Secret[];
  /** Null: only callers on this machine. */
  apiToken: Secret | null;
}

interface StorageConfig {
  /** Null: the embedded database in `dataDir`. */
  databaseUrl: Secret | null;
  /** Null: the queue lives in the database. */
  redisUrl: Secret | null;
  dataDir: string;
}

interface ModelConfig {
  name: string;
  /** Null: no model. */
  apiKey: Secret | null;
  /** Null: the vendor's own. */
  baseUrl: string | null;
  maxOutputTokens: number;
  prices: Readonly<Record<string, ModelPrice>>;
}

export interface Config {
  /** The YAML file that was read, if any. */
  file: string | null;
  /** What is allowed but probably not meant, in words, for the log. */
  warnings: string[];
  logLevel: string;
  http: HttpConfig;
  mcpHttp: McpHttpConfig;
  pagerduty: PagerDutyConfig;
  /** Null: calls of tools are in the log. */
  auditLog: string | null;
  storage: StorageConfig;
  model: ModelConfig;
  /** Null: no Slack. */
  slack: SlackConfig | null;
  /** Never empty. */
  environments: Environment[];
  limits: Limits;
  /** Null: nobody is asked for what webhooks lost. */
  reconcile: ReconcileConfig | null;
}

export interface ConfigSources {
  env: Environ;
  /**
   * From `--config`. Without it PROBABLE_CAUSE_CONFIG names the file, or else it is ./probable-cause.yaml
   * if that exists.
   */
  file?: string | undefined;
  /** Where a relative `file`, and ./probable-cause.yaml, count from. Default: the working directory. */
  directory?: string;
  /**
   * Whether the process takes webhooks or posts threads. Default: true. One that only reads may share the
   * file of one that does without sharing its tokens.
   */
  serves?: boolean;
  /** Whether it serves the tools over HTTP, and so needs what that takes. Default: false. */
  servesTools?: boolean;
}

/**
 * The whole configuration, checked.
 * @throws ConfigError with every problem of the environment and of the file.
 */
export function loadConfig({
  env,
  file,
  directory = '.',
  serves = true,
  servesTools = false,
}: ConfigSources): Config {
  const problems = new Problems();
  const path = filePath(env, file, directory);
  const fromEnv = readEnv(env, problems);
  const tree = path === null ? {} : readYaml(path, problems);
  const fromFile = readFileValues(tree, env, problems);
  const serving = serves ? problems : new Problems();
  const http = httpOf(fromEnv, env, serving);
  const mcpHttp = mcpHttpOf(fromEnv, env, servesTools ? problems : new Problems());
  const slack = fromFile.slack ? slackOf(fromEnv, env, fromFile.slack, serving) : null;
  const environments = environmentsOf(fromEnv, fromFile.environments, path, problems);
  if (fromFile.reconcile?.pagerduty && envValue(env, 'PAGERDUTY_API_TOKEN') === undefined) {
    const got = 'nothing, while reconcile.pagerduty is set';
    serving.add(
      'PAGERDUTY_API_TOKEN',
      got,
      "a token of PagerDuty's REST API; or remove the section",
    );
  }
  problems.throwIfAny();
  const model = modelOf(fromEnv, fromFile.model);
  return {
    file: path,
    warnings: [
      ...warningsOf(fromEnv, fromFile.environments, model),
      ...environments.flatMap(unusableKubeconfig),
    ],
    logLevel: fromEnv.logLevel ?? 'info',
    http,
    mcpHttp,
    pagerduty: pagerdutyOf(fromEnv),
    auditLog: fromEnv.auditLog ?? null,
    storage: {
      databaseUrl: fromEnv.databaseUrl ?? null,
      redisUrl: fromEnv.redisUrl ?? null,
      dataDir: fromEnv.dataDir ?? './data',
    },
    model,
    slack,
    environments,
    limits: fromFile.limits,
    reconcile: fromFile.reconcile ?? null,
  };
}

function filePath(env: Environ, file: string | undefined, directory: string): string | null {
  const named = file ?? envValue(env, 'PROBABLE_CAUSE_CONFIG');
  if (named !== undefined) return resolve(directory, named);
  const usual = resolve(directory, 'probable-cause.yaml');
  return existsSync(usual) ? usual : null;
}

function httpOf(fromEnv: EnvValues, env: Environ, problems: Problems): HttpConfig {
  const host = fromEnv.host ?? '127.0.0.1';
  if (envValue(env, 'WEBHOOK_TOKEN') === undefined && !isLoopbackHost(host)) {
    problems.add(
      'WEBHOOK_TOKEN',
      `nothing, while HOST is ${describeValue(host)}, which other machines can reach`,
      'a token that senders must present; or set HOST to 127.0.0.1',
    );
  }
  return {
    host,
    port: fromEnv.port ?? 8080,
    webhookTokens: fromEnv.webhookTokens ?? [],
    apiToken: fromEnv.apiToken ?? null,
  };
}

function modelOf(fromEnv: EnvValues, section: ModelSection): ModelConfig {
  const given = Object.entries(section.prices);
  return {
    name: fromEnv.model ?? section.name ?? 'claude-sonnet-5-5',
    apiKey: fromEnv.anthropicApiKey ?? null,
    baseUrl: fromEnv.anthropicBaseUrl ?? section.baseUrl ?? null,
    maxOutputTokens: section.maxOutputTokens,
    prices: {
      ...defaultPrices,
      ...Object.fromEntries(given.map(([name, price]) => [name, priceOf(price)])),
    },
  };
}

function warningsOf(fromEnv: EnvValues, given: EnvironmentList, model: ModelConfig): string[] {
  const ignored = {
    KUBECONFIG: fromEnv.kubeconfig,
    PROMETHEUS_URL: fromEnv.prometheusUrl,
    LOKI_URL: fromEnv.lokiUrl,
  };
  const warnings = Object.entries(ignored)
    .filter(([, value]) => given.length > 0 && value !== undefined)
    .map(([name]) => `${name} is ignored: the file names its own environments`);
  if (fromEnv.pagerdutyFrom !== undefined && fromEnv.pagerdutyToken === undefined) {
    warnings.push('PAGERDUTY_FROM is ignored: notes need PAGERDUTY_API_TOKEN, one that may write');
  }
  if (model.apiKey !== null && !Object.hasOwn(model.prices, model.name)) {
    warnings.push(
      `no price is known for ${model.name}, so limits.usd cannot hold: set model.prices in the file`,
    );
  }
  return warnings;
}
