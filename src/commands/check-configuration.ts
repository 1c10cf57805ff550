/** Checks the configuration for `doctor`, and finds what of it can be used while the rest is wrong. */
import { type Config, loadConfig } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { compiledMapping, mappingSource } from '../config/effective-mapping.ts';
import type { Problem } from '../config/problems.ts';
import { MappingError } from '../mapping/mapping-error.ts';
import { recordingFindings } from './check-recording-links.ts';
import { type DoctorFinding, error, ok, warning } from './findings.ts';

export interface CheckedConfiguration {
  readonly findings: readonly DoctorFinding[];
  /** Absent where nothing of it can be used. */
  readonly config?: Config;
  /** REDIS_URL is right. */
  readonly hasRedis: boolean;
  /** The connector can be created; with the default mapping where the own one is wrong. */
  readonly hasConnector: boolean;
  readonly isMappingRight: boolean;
}

/** What is wrong with them is said of them. */
const LINK_VARIABLES = ['PUBLIC_URL', 'ALTUR_API_KEY', 'RECORDING_LINK_SECRET', 'RECORDING_LINK_TTL'];

const ENVIRONMENT = 'correct it in the environment or in .env; .env.example explains it';

export async function checkConfiguration(env: NodeJS.ProcessEnv): Promise<CheckedConfiguration> {
  const { findings, wrong, config } = await usableConfig(env);
  const hasRedis = !wrong.some((name) => name.startsWith('REDIS_'));
  if (!config) return { findings, hasRedis, hasConnector: false, isMappingRight: false };
  const more = [
    ...config.warnings.map((message) => warning('environment', message, ENVIRONMENT)),
    ...(wrong.includes('ALTUR_WEBHOOK_SECRET') ? [] : [webhookFinding(config.webhook)]),
    ...(wrong.some((name) => LINK_VARIABLES.includes(name)) ? [] : recordingFindings(config)),
  ];
  if (!config.connector)
    return { findings: [...findings, ...more], config, hasRedis, hasConnector: false, isMappingRight: false };
  const chosen = `${config.connector.definition.name}, ${config.defaultCountry}, ${config.timeZone}`;
  const { finding, isRight } = await mappingFinding(config);
  return {
    findings: [ok('connector', chosen), ...findings, ...more, finding],
    config: isRight ? config : { ...config, mappingFile: undefined },
    hasRedis,
    hasConnector: true,
    isMappingRight: isRight,
  };
}

interface UsableConfig {
  readonly findings: readonly DoctorFinding[];
  /** The names of variables with problems. */
  readonly wrong: readonly string[];
  readonly config?: Config;
}

/** What is wrong is treated as not given; what is missing then is left out with its part. */
async function usableConfig(env: NodeJS.ProcessEnv): Promise<UsableConfig> {
  try {
    return { findings: [], wrong: [], config: await loadConfig(env, 'command') };
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    const { problems } = cause;
    const wrong = problems.map(({ variable }) => variable.replace(/_FILE$/, ''));
    const findings = problems.map(problemFinding);
    const rest = Object.fromEntries(
      Object.entries(env).filter(([name]) => !wrong.includes(name.replace(/_FILE$/, ''))),
    );
    const config = await loadConfig(rest, 'command').catch(() =>
      loadConfig(rest, 'queue').catch(() => undefined),
    );
    return { findings, wrong, ...(config && { config }) };
  }
}

/** Most say after a colon what to do. */
function problemFinding({ variable, message }: Problem): DoctorFinding {
  const subject = variable === '' ? 'configuration' : variable;
  const [, what, fix] = /^([^:]+): (\S.*)$/s.exec(message) ?? [];
  return what === undefined ? error(subject, message, ENVIRONMENT) : error(subject, what, fix!);
}

function webhookFinding({ secrets, scheme }: Config['webhook']): DoctorFinding {
  const count = secrets.length;
  if (count > 0) return ok('webhook', `${count} secret${count > 1 ? 's' : ''}, scheme ${scheme}`);
  const fix = 'copy the signing secret from Altur’s webhook settings';
  return error('webhook', 'no ALTUR_WEBHOOK_SECRET: the ingress does not start', fix);
}

async function mappingFinding(config: Config): Promise<{ finding: DoctorFinding; isRight: boolean }> {
  try {
    const { fields } = await compiledMapping(config);
    return { finding: ok('mapping', `${mappingSource(config)}: ${fields.length} fields`), isRight: true };
  } catch (cause) {
    if (!(cause instanceof MappingError || cause instanceof ConfigError)) throw cause;
    const fix = 'correct the file; the CRM is checked with the default mapping meanwhile';
    return { finding: error('mapping', cause.message, fix), isRight: false };
  }
}
