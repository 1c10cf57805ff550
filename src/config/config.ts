/** Reads the environment: the only file that does. All problems come in one message, each saying what to do. */
import { z } from 'zod';
import type { ConnectorDefinition } from '../../connectors/connector.ts';
import { connectors } from '../../connectors/index.ts';
import { base64Key } from '../altur/signature.ts';
import type { RedisTarget } from '../queue/redis.ts';
import { strayNames, withFiles, withoutEmpty } from './environment.ts';

/**
 * What a process does decides what it must be told. An `ingress` does not write to the CRM; `preview` does without
 * the CRM's credentials, `queue` looks into Redis alone.
 */
export type Role = 'all' | 'ingress' | 'worker' | 'command' | 'preview' | 'queue';

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface Config {
  readonly crm: string | undefined;
  /** The chosen connector; its settings are absent where they are not needed and not complete. */
  readonly connector: { readonly definition: ConnectorDefinition; readonly settings?: unknown } | undefined;
  readonly webhook: { readonly secrets: readonly string[]; readonly scheme: 'auto' | 'base64' | 'hex' };
  readonly redis: RedisTarget;
  readonly port: number;
  readonly mappingFile: string | undefined;
  readonly altur: { readonly apiKey: string | undefined; readonly apiUrl: string };
  readonly publicUrl: string | undefined;
  readonly dashboardPassword: string | undefined;
  readonly defaultCountry: string;
  readonly timeZone: string;
  readonly language: 'en' | 'es';
  readonly log: { readonly level: string; readonly format: 'json' | 'pretty' };
  /** Nothing that stops the start, but worth a look. */
  readonly warnings: readonly string[];
}

const url = (what: string) =>
  z.string().regex(/^https?:\/\/[^\s/]+/, `must be ${what}, beginning with http:// or https://`);

const common = z.object({
  CRM_CONNECTOR: z.string().optional(),
  ALTUR_WEBHOOK_SECRET: z.string().optional(),
  ALTUR_SIGNATURE_SCHEME: z.enum(['auto', 'base64', 'hex'], 'must be auto, base64 or hex').default('auto'),
  REDIS_URL: z
    .string()
    .default('redis://127.0.0.1:6379')
    .transform((list) => list.split(',').map((node) => node.trim()))
    .refine(
      (nodes) => nodes.every((node) => /^rediss?:\/\/[^\s]+$/.test(node) && URL.canParse(node)),
      'must be redis://host:6379, rediss://… or several of them, separated by commas',
    ),
  PORT: z.coerce
    .number('must be a port number, 0 for any free one')
    .int()
    .min(0, 'must be a port number, 0 for any free one')
    .max(65_535, 'must be a port number, 0 for any free one')
    .default(3_000),
  MAPPING_FILE: z.string().optional(),
  ALTUR_API_KEY: z.string().optional(),
  ALTUR_API_URL: url('the base URL of Altur’s API').default('https://api.altur.io/api/v1.0'),
  PUBLIC_URL: url('where CRM users reach this service').optional(),
  DASHBOARD_PASSWORD: z.string().min(8, 'must have at least 8 characters').optional(),
  DEFAULT_COUNTRY: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be a country code of two capital letters, such as MX')
    .default('MX'),
  DEFAULT_TIMEZONE: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone, such as America/Mexico_City')
    .default('America/Mexico_City'),
  LANGUAGE: z.string().optional(),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug'], 'must be error, warn, info or debug').default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty'], 'must be json or pretty').optional(),
});

/** Throws ConfigError with every problem. `terminal`: logs are read by a person unless told otherwise. */
export async function loadConfig(
  env: NodeJS.ProcessEnv,
  role: Role,
  terminal = Boolean(process.stdout.isTTY),
): Promise<Config> {
  const problems: string[] = [];
  const given = withFiles(withoutEmpty(env), Object.keys(common.shape), problems);
  const parsed = common.safeParse(given);
  if (!parsed.success) problems.push(...issuesOf(parsed.error));
  const secrets = readSecrets(given, role, problems);
  const connector = await readConnector(given, role, problems);
  if (!parsed.success || problems.length > 0) throw new ConfigError(explain(problems));

  const settings = parsed.data;
  return Object.freeze({
    crm: settings.CRM_CONNECTOR,
    connector,
    webhook: { secrets, scheme: settings.ALTUR_SIGNATURE_SCHEME },
    redis: { nodes: settings.REDIS_URL },
    // The default is the ingress's: a worker beside it serves its health at any free port.
    port: role === 'worker' && given.PORT === undefined ? 0 : settings.PORT,
    mappingFile: settings.MAPPING_FILE,
    altur: { apiKey: settings.ALTUR_API_KEY, apiUrl: settings.ALTUR_API_URL },
    publicUrl: settings.PUBLIC_URL,
    dashboardPassword: settings.DASHBOARD_PASSWORD,
    defaultCountry: settings.DEFAULT_COUNTRY,
    timeZone: settings.DEFAULT_TIMEZONE,
    // Many systems set LANGUAGE to something like en_US:en; only what begins with es means Spanish.
    language: settings.LANGUAGE?.toLowerCase().startsWith('es') ? 'es' : 'en',
    log: { level: settings.LOG_LEVEL, format: settings.LOG_FORMAT ?? (terminal ? 'pretty' : 'json') },
    warnings: strayNames(env, ...namesBelonging(connector?.definition)),
  });
}

function readSecrets(given: Record<string, string>, role: Role, problems: string[]): readonly string[] {
  const secrets = (given.ALTUR_WEBHOOK_SECRET ?? '').split(',').map((secret) => secret.trim());
  const present = secrets.filter((secret) => secret !== '');
  if (present.length === 0 && (role === 'all' || role === 'ingress')) {
    problems.push('ALTUR_WEBHOOK_SECRET: is missing: copy the signing secret from Altur’s webhook settings');
  }
  if (given.ALTUR_SIGNATURE_SCHEME === 'base64' && !present.every(base64Key)) {
    problems.push(
      'ALTUR_WEBHOOK_SECRET: is not base64 of at least 16 bytes, as ALTUR_SIGNATURE_SCHEME=base64 demands: copy it again, or use the scheme hex',
    );
  }
  return present;
}

async function readConnector(given: Record<string, string>, role: Role, problems: string[]) {
  // An ingress shows what would be written, where its dashboard is on, and has no other use for the CRM.
  if (role === 'queue') return undefined;
  if (role === 'ingress') return given.DASHBOARD_PASSWORD ? findConnector(given, []) : undefined;
  const connector = await findConnector(given, problems);
  if (connector && role !== 'preview') problems.push(...connector.problems);
  return connector;
}

async function findConnector(given: Record<string, string>, problems: string[]) {
  const names = Object.keys(connectors).join(', ');
  const name = given.CRM_CONNECTOR;
  if (name === undefined) {
    problems.push(`CRM_CONNECTOR: is missing: set it to one of ${names}`);
    return undefined;
  }
  if (!Object.hasOwn(connectors, name)) {
    problems.push(`CRM_CONNECTOR: there is no connector of this name: set it to one of ${names}`);
    return undefined;
  }
  const definition = await connectors[name]!();
  const { data: settings, error } = definition.settings.safeParse(
    withFiles(given, namesOf(definition), problems),
  );
  return { definition, settings, problems: error ? issuesOf(error) : [] };
}

function issuesOf(error: z.ZodError): string[] {
  return error.issues.map(({ path, message, code }) => {
    const missing = code === 'invalid_type' && message.includes('received undefined');
    return `${path.join('.')}: ${missing ? 'is missing' : message}`;
  });
}

function explain(problems: readonly string[]): string {
  const list = problems.map((problem) => `  ${problem}`).join('\n');
  return `The configuration is not complete:\n${list}\nSet these in the environment or in .env; .env.example explains each.`;
}

/** How variables of ours begin, a connector's with its own name; and those there are. */
function namesBelonging(definition: ConnectorDefinition | undefined): [string[], Set<string>] {
  const ours = Object.keys(common.shape);
  if (!definition) return [['ALTUR_'], new Set(ours)];
  const prefix = `${definition.name.toUpperCase().replaceAll('-', '_')}_`;
  return [['ALTUR_', prefix], new Set([...ours, ...namesOf(definition)])];
}

function namesOf({ settings }: ConnectorDefinition): string[] {
  return Object.keys(settings.shape);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
