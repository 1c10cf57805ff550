/** The environment variables of the service itself; a connector declares its own. */
import { z } from 'zod';
import { parseRedisUrl } from './redis-url.ts';

const PORT_PROBLEM = 'must be a port number, 0 for any free one';

const url = (purpose: string) =>
  z.string().regex(/^https?:\/\/[^\s/]+/, `must be ${purpose}, beginning with http:// or https://`);

export const variables = z.object({
  CRM_CONNECTOR: z.string().optional(),
  ALTUR_WEBHOOK_SECRET: z.string().optional(),
  ALTUR_SIGNATURE_SCHEME: z.enum(['auto', 'base64', 'hex'], 'must be auto, base64 or hex').default('auto'),
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
  PORT: z.coerce.number(PORT_PROBLEM).int().min(0, PORT_PROBLEM).max(65_535, PORT_PROBLEM).default(3_000),
  MAPPING_FILE: z.string().optional(),
  ALTUR_API_KEY: z.string().optional(),
  ALTUR_API_URL: url('the base URL of Altur’s API').default('https://api.altur.io/api/v1.0'),
  PUBLIC_URL: url('where CRM users reach this service').optional(),
  ALERT_WEBHOOK_URL: url('a Slack-compatible incoming webhook')
    .refine(URL.canParse, 'is not a URL: copy it again')
    .optional(),
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
  OTEL_EXPORTER_OTLP_ENDPOINT: url('an OTLP endpoint').optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url('an OTLP endpoint').optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: z.string().optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: z.string().optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_EXPORTER: z.string().optional(),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug'], 'must be error, warn, info or debug').default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty'], 'must be json or pretty').optional(),
});

export const variableNames: readonly string[] = Object.keys(variables.shape);

/** One line per problem: the variable, and what it must be. */
export function problemsOf(error: z.ZodError): string[] {
  return error.issues.map(({ path, message, code }) => {
    const missing = code === 'invalid_type' && message.includes('received undefined');
    return `${path.join('.')}: ${missing ? 'is missing' : message}`;
  });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
