/** The environment variables of the service itself; a connector declares its own. */
import { z } from 'zod';
import { secretProblem, textSetting } from '../../connectors/connector.ts';
import { countryOf } from './country.ts';
import { durationMs } from './duration.ts';
import { LANGUAGE_PROBLEM, languageOf } from './language.ts';
import { parseRedisUrl } from './redis-url.ts';
import { timeZoneProblem } from './time-zone.ts';
import {
  alertUrlProblem,
  alturApiUrlProblem,
  ingressUrlProblem,
  otlpUrlProblem,
  publicUrlProblem,
} from './url-variables.ts';

const PORT_PROBLEM = 'must be a port number, 0 for any free one';

/** One of these words, in capitals too. */
const word = <const Words extends readonly [string, ...string[]]>(words: Words, problem: string) =>
  z.string().toLowerCase().pipe(z.enum(words, problem));

const DAY_MS = 24 * 60 * 60_000;

/** A span of time, in ms. */
const span = (example: string, leastMs: number, mostMs = Number.POSITIVE_INFINITY) =>
  z.string().transform((value, context) => {
    const ms = durationMs(value);
    if (ms !== undefined && ms >= leastMs && ms <= mostMs) return ms;
    const most = mostMs === Number.POSITIVE_INFINITY ? '' : `, at most ${mostMs / DAY_MS} d`;
    const message = `must be a time such as 30m, 24h or 7d, at least ${leastMs / 60_000} m${most}: write it like ${example}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

export const variables = z.object({
  CRM_CONNECTOR: z.string().toLowerCase().optional(),
  ALTUR_WEBHOOK_SECRET: z.string().optional(),
  ALTUR_SIGNATURE_SCHEME: word(['auto', 'base64', 'hex'], 'must be auto, base64 or hex').default('auto'),
  REDIS_URL: z
    .string()
    .default('redis://127.0.0.1:6379')
    .transform((value, context) => {
      const parsed = parseRedisUrl(value);
      if (typeof parsed !== 'string') return parsed;
      context.addIssue({ code: 'custom', message: parsed });
      return z.NEVER;
    }),
  // Given as REDIS_CA_FILE.
  REDIS_CA: z
    .string()
    .regex(/-----BEGIN (TRUSTED )?CERTIFICATE-----/, 'must be a certificate in PEM')
    .optional(),
  /** How commands are typed where this process runs; the entry point reads it. */
  COMMAND_PREFIX: z.string().optional(),
  /** Where `send` posts. */
  INGRESS_URL: textSetting(ingressUrlProblem).optional(),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, PORT_PROBLEM)
    .transform(Number)
    .refine((port) => port <= 65_535, PORT_PROBLEM)
    .default(3_000),
  MAPPING_FILE: z.string().optional(),
  ALTUR_API_KEY: textSetting(secretProblem).optional(),
  ALTUR_API_URL: textSetting(alturApiUrlProblem).default('https://api.altur.io/api/v1.0'),
  PUBLIC_URL: textSetting(publicUrlProblem).optional(),
  RECORDING_LINK_SECRET: z.string().optional(),
  RECORDING_LINK_TTL: span('90d', 60_000).optional(),
  // A reconcile goes back 30 days at most: less often, it would leave calls out.
  RECONCILE_EVERY: span('1h', 5 * 60_000, 28 * DAY_MS).optional(),
  ALERT_WEBHOOK_URL: textSetting(alertUrlProblem).optional(),
  /** When the statement of the day before is sent there, in DEFAULT_TIMEZONE. */
  DAILY_SUMMARY_AT: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 08:00')
    .optional(),
  DASHBOARD_PASSWORD: z.string().min(8, 'must have at least 8 characters').optional(),
  DEFAULT_COUNTRY: z
    .string()
    .transform((value, context) => {
      const country = countryOf(value);
      if (typeof country === 'string') return country;
      context.addIssue({ code: 'custom', message: country.problem });
      return z.NEVER;
    })
    .default('MX'),
  DEFAULT_TIMEZONE: textSetting(timeZoneProblem).default('America/Mexico_City'),
  LANGUAGE: z
    .string()
    .transform((value, context) => {
      const language = languageOf(value);
      if (language !== undefined) return language;
      context.addIssue({ code: 'custom', message: LANGUAGE_PROBLEM });
      return z.NEVER;
    })
    .default('en'),
  OTEL_EXPORTER_OTLP_ENDPOINT: textSetting(otlpUrlProblem).optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: textSetting(otlpUrlProblem).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: z.string().optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: z.string().optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_EXPORTER: z.string().optional(),
  LOG_LEVEL: word(['error', 'warn', 'info', 'debug'], 'must be error, warn, info or debug').default('info'),
  LOG_FORMAT: word(['json', 'pretty'], 'must be json or pretty').optional(),
});

export const variableNames: readonly string[] = Object.keys(variables.shape);
