/** The configuration, read from the environment. All problems come in one message, each saying what to do. */
import type { ConnectorDefinition } from '../../connectors/connector.ts';
import { base64Key } from '../altur/signature.ts';
import type { RedisTarget } from '../queue/redis.ts';
import type { TracingSettings } from '../tracing/tracing.ts';
import { type ChosenConnector, chooseConnector, settingNames } from './chosen-connector.ts';
import { configError } from './config-error.ts';
import { presentVariables, unknownVariables, withFiles } from './environment.ts';
import { tracingSettings, tracingWarnings } from './tracing-settings.ts';
import { problemsOf, variableNames, variables } from './variables.ts';
import { secretWarnings, splitSecrets } from './webhook-secrets.ts';

/**
 * The role of a process decides which variables are required. An `ingress` does not write to the CRM; `preview` works
 * without the CRM's credentials; `queue` uses Redis alone.
 */
export type Role = 'all' | 'ingress' | 'worker' | 'command' | 'preview' | 'queue';

export interface Config {
  readonly crm: string | undefined;
  /** The chosen connector; its settings are absent where they are neither required nor complete. */
  readonly connector: Pick<ChosenConnector, 'definition' | 'settings'> | undefined;
  readonly webhook: { readonly secrets: readonly string[]; readonly scheme: 'auto' | 'base64' | 'hex' };
  readonly redis: RedisTarget;
  readonly port: number;
  readonly mappingFile: string | undefined;
  readonly altur: { readonly apiKey: string | undefined; readonly apiUrl: string };
  readonly publicUrl: string | undefined;
  /** A secret: everybody who knows it can send messages. */
  readonly alertWebhookUrl: string | undefined;
  /** Undefined: nothing is traced. */
  readonly tracing: TracingSettings | undefined;
  readonly dashboardPassword: string | undefined;
  readonly defaultCountry: string;
  readonly timeZone: string;
  readonly language: 'en' | 'es';
  readonly log: { readonly level: string; readonly format: 'json' | 'pretty' };
  /** They do not stop the start. */
  readonly warnings: readonly string[];
}

/** Throws ConfigError with every problem. `terminal`: a person reads the log unless LOG_FORMAT says otherwise. */
export async function loadConfig(
  environment: NodeJS.ProcessEnv,
  role: Role,
  terminal = Boolean(process.stdout.isTTY),
): Promise<Config> {
  const problems: string[] = [];
  const given = withFiles(presentVariables(environment), variableNames, problems);
  const parsed = variables.safeParse(given);
  if (!parsed.success) problems.push(...problemsOf(parsed.error));
  const secrets = readSecrets(given, role, problems);
  const connector = await readConnector(given, role, problems);
  if (!parsed.success || problems.length > 0) throw configError(problems);

  const settings = parsed.data;
  return Object.freeze({
    crm: settings.CRM_CONNECTOR,
    connector,
    webhook: { secrets, scheme: settings.ALTUR_SIGNATURE_SCHEME },
    redis: { ...settings.REDIS_URL, ca: settings.REDIS_CA },
    // The default is the ingress's: a worker beside it serves its health at any free port.
    port: role === 'worker' && given.PORT === undefined ? 0 : settings.PORT,
    mappingFile: settings.MAPPING_FILE,
    altur: { apiKey: settings.ALTUR_API_KEY, apiUrl: settings.ALTUR_API_URL },
    publicUrl: settings.PUBLIC_URL,
    alertWebhookUrl: settings.ALERT_WEBHOOK_URL,
    tracing: tracingSettings(settings),
    dashboardPassword: settings.DASHBOARD_PASSWORD,
    defaultCountry: settings.DEFAULT_COUNTRY,
    timeZone: settings.DEFAULT_TIMEZONE,
    // Many systems set LANGUAGE to something like en_US:en; only a value that begins with es means Spanish.
    language: settings.LANGUAGE?.toLowerCase().startsWith('es') ? 'es' : 'en',
    log: { level: settings.LOG_LEVEL, format: settings.LOG_FORMAT ?? (terminal ? 'pretty' : 'json') },
    warnings: [
      ...warningsFor(environment, connector?.definition),
      ...secretWarnings(secrets),
      ...tracingWarnings(settings),
    ],
  });
}

function readSecrets(
  given: Readonly<Record<string, string>>,
  role: Role,
  problems: string[],
): readonly string[] {
  const present = splitSecrets(given.ALTUR_WEBHOOK_SECRET ?? '');
  if (present.length === 0 && (role === 'all' || role === 'ingress')) {
    problems.push('ALTUR_WEBHOOK_SECRET: is missing: copy the signing secret from Altur’s webhook settings');
  }
  if (given.ALTUR_SIGNATURE_SCHEME === 'base64' && !present.every(base64Key)) {
    problems.push(
      'ALTUR_WEBHOOK_SECRET: is not base64 of at least 16 bytes, as ALTUR_SIGNATURE_SCHEME=base64 requires: copy it again, or use the scheme hex',
    );
  }
  return present;
}

async function readConnector(
  given: Readonly<Record<string, string>>,
  role: Role,
  problems: string[],
): Promise<ChosenConnector | undefined> {
  if (role === 'queue') return undefined;
  // An ingress uses the connector only for previews on its dashboard.
  if (role === 'ingress') return given.DASHBOARD_PASSWORD ? chooseConnector(given, []) : undefined;
  const connector = await chooseConnector(given, problems);
  if (connector && role !== 'preview') problems.push(...connector.settingsProblems);
  return connector;
}

/** A connector's variables begin with its name, those of the service with ALTUR_. */
function warningsFor(environment: NodeJS.ProcessEnv, definition: ConnectorDefinition | undefined): string[] {
  if (!definition) return unknownVariables(environment, ['ALTUR_'], new Set(variableNames));
  const prefix = `${definition.name.toUpperCase().replaceAll('-', '_')}_`;
  const known = new Set([...variableNames, ...settingNames(definition)]);
  return unknownVariables(environment, ['ALTUR_', prefix], known);
}
