/** The configuration, read from the environment. All problems come in one message, each saying what to do. */
import { MappingError } from '../mapping/mapping-error.ts';
import type { RedisTarget } from '../queue/redis.ts';
import type { RecordingLinkSettings } from '../recordings/recording-links.ts';
import type { TracingSettings } from '../tracing/tracing.ts';
import { type ChosenConnector, chooseConnector } from './chosen-connector.ts';
import { configError } from './config-error.ts';
import { dailySummaryWarnings } from './daily-summary-warnings.ts';
import { blankVariables, givenTwice, presentVariables, withFiles } from './environment.ts';
import type { Language } from './language.ts';
import { checkMappingFile, findMappingFile, readOverrides } from './mapping-file.ts';
import { mistypedVariables } from './mistyped-variables.ts';
import { Problems } from './problems.ts';
import { reconcileWarnings } from './reconcile-warnings.ts';
import {
  checkRecordingLinks,
  recordingLinkSettings,
  recordingLinkWarnings,
} from './recording-link-settings.ts';
import { setUpAdvice } from './set-up-advice.ts';
import { tracingSettings, tracingWarnings } from './tracing-settings.ts';
import { urlWarnings } from './url-variables.ts';
import { variableNames, variables } from './variables.ts';
import { readSecrets, secretWarnings } from './webhook-secrets.ts';

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
  /** Where `send` posts. */
  readonly ingressUrl: string;
  /** With the overrides of the default mapping. */
  readonly mappingFile: string | undefined;
  readonly altur: { readonly apiKey: string | undefined; readonly apiUrl: string };
  readonly publicUrl: string | undefined;
  /** How links to recordings are signed; undefined without PUBLIC_URL and ALTUR_API_KEY. */
  readonly recordings: RecordingLinkSettings | undefined;
  /** Undefined: only on command. */
  readonly reconcileEveryMs: number | undefined;
  /** `HH:MM`. */
  readonly dailySummaryAt: string | undefined;
  /** A secret: everybody who knows it can send messages. */
  readonly alertWebhookUrl: string | undefined;
  /** Undefined: nothing is traced. */
  readonly tracing: TracingSettings | undefined;
  readonly dashboardPassword: string | undefined;
  readonly defaultCountry: string;
  readonly timeZone: string;
  readonly language: Language;
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
  const blank = blankVariables(environment);
  const problems = new Problems(blank);
  const present = presentVariables(environment);
  const given = withFiles(present, variableNames, problems);
  const parsed = variables.safeParse(given);
  if (!parsed.success) problems.issues(parsed.error, given);
  const secrets = readSecrets(given, role === 'all' || role === 'ingress', problems);
  checkRecordingLinks(given, problems);
  const connector = await readConnector(given, role, problems, blank);
  const usesMapping = role !== 'queue' && role !== 'ingress';
  const mappingFile = findMappingFile(given.MAPPING_FILE, usesMapping ? problems : new Problems());
  const mappingWarnings = usesMapping ? checkMappingFile(mappingFile, problems) : [];
  if (!parsed.success || !problems.isEmpty) {
    if (usesMapping && connector) await addMappingIssues(connector, mappingFile, problems);
    const names = variableNames.filter((name) => present[name] !== undefined);
    throw configError(
      problems.all,
      setUpAdvice(environment, connector ? [...names, connector.definition.name] : names),
      await mistypedVariables(environment, connector?.definition ?? 'any'),
    );
  }

  const settings = parsed.data;
  return Object.freeze({
    crm: settings.CRM_CONNECTOR,
    connector,
    webhook: { secrets, scheme: settings.ALTUR_SIGNATURE_SCHEME },
    redis: { ...settings.REDIS_URL, ca: settings.REDIS_CA },
    // The default is the ingress's: a worker beside it serves its health at any free port.
    port: role === 'worker' && given.PORT === undefined ? 0 : settings.PORT,
    ingressUrl: settings.INGRESS_URL ?? `http://127.0.0.1:${settings.PORT}`,
    mappingFile,
    altur: { apiKey: settings.ALTUR_API_KEY, apiUrl: settings.ALTUR_API_URL },
    publicUrl: settings.PUBLIC_URL,
    recordings: recordingLinkSettings(settings),
    reconcileEveryMs: settings.RECONCILE_EVERY,
    dailySummaryAt: settings.DAILY_SUMMARY_AT,
    alertWebhookUrl: settings.ALERT_WEBHOOK_URL,
    tracing: tracingSettings(settings),
    dashboardPassword: settings.DASHBOARD_PASSWORD,
    defaultCountry: settings.DEFAULT_COUNTRY,
    timeZone: settings.DEFAULT_TIMEZONE,
    language: settings.LANGUAGE,
    log: { level: settings.LOG_LEVEL, format: settings.LOG_FORMAT ?? (terminal ? 'pretty' : 'json') },
    warnings: [
      ...(await mistypedVariables(environment, connector?.definition)),
      ...givenTwice(present, variableNames, given),
      ...(connector?.warnings ?? []),
      ...secretWarnings(secrets),
      ...urlWarnings(settings),
      ...dailySummaryWarnings(settings),
      ...reconcileWarnings(settings),
      ...recordingLinkWarnings(settings, secrets),
      ...mappingWarnings,
      ...tracingWarnings(settings),
    ],
  });
}

async function readConnector(
  given: Readonly<Record<string, string>>,
  role: Role,
  problems: Problems,
  blank: ReadonlySet<string>,
): Promise<ChosenConnector | undefined> {
  if (role === 'queue') return undefined;
  // An ingress uses the connector only for previews on its dashboard.
  if (role === 'ingress') {
    const unreported = new Problems();
    const connector = given.DASHBOARD_PASSWORD ? await chooseConnector(given, unreported, blank) : undefined;
    return unreported.isEmpty ? connector : undefined;
  }
  const connector = await chooseConnector(given, problems, blank);
  if (connector && role !== 'preview') problems.addAll(connector.settingsProblems);
  return connector;
}

/** Of a file that can be read: what is wrong in it is said together with the variables. */
async function addMappingIssues(
  { definition }: ChosenConnector,
  mappingFile: string | undefined,
  problems: Problems,
): Promise<void> {
  if (mappingFile === undefined || problems.has('MAPPING_FILE')) return;
  // An ingress, and a command that uses Redis alone, start without what reads mappings: 40 modules and a YAML parser.
  const { withOverrides } = await import('./overridden-mapping.ts');
  try {
    await withOverrides(definition, await readOverrides({ mappingFile }), mappingFile);
  } catch (error) {
    if (!(error instanceof MappingError)) throw error;
    problems.wrong('MAPPING_FILE', error.message.replaceAll('\n', '\n  '));
  }
}
