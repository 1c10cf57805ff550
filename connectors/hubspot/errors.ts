/** HubSpot's failures in our terms: https://developers.hubspot.com/docs/api-reference/error-handling */
import { CrmError } from '../connector.ts';

interface FailedAnswer {
  readonly what: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text parsed; undefined when it is not JSON. */
  readonly body: unknown;
  /** The zone in which HubSpot's day of quota ends: the portal's, taken to be the deployment's. */
  readonly timeZone: string;
}

/** The CrmError of an answer about the CRM as a whole; undefined for an answer about the request's content. */
export function failureOf(answer: FailedAnswer): CrmError | undefined {
  const { status, headers } = answer;
  const told = describe(answer);
  if (status === 429) {
    return new CrmError('rate_limited', `${told}: the quota is used up`, {
      retryAfterMs: quotaPause(answer),
    });
  }
  if (status === 401) {
    const fix = 'create a new service key (Development → Keys → Service keys) and set HUBSPOT_ACCESS_TOKEN';
    return new CrmError('unauthorized', `${told}: the access token is not valid: ${fix}`);
  }
  if (status === 403) return new CrmError('unauthorized', `${told}: ${missingScopes(answer.body)}`);
  // 423: locked for two seconds at least. 477: the account is being moved; Retry-After says for how long.
  if (status === 423 || status === 477) {
    const retryAfterMs = Math.max(retryAfter(headers) ?? 0, 2_000);
    return new CrmError('unavailable', `${told}: locked for the moment`, { retryAfterMs });
  }
  if (status === 408 || status >= 500 || status < 200 || (status >= 300 && status < 400)) {
    const retryAfterMs = retryAfter(headers);
    return new CrmError('unavailable', `${told}: HubSpot is not working properly`, {
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
  // A page of some gateway between us and the API; those about the path and the size mean what they say.
  if (answer.body === undefined && answer.text !== '' && ![404, 410, 413].includes(status)) {
    return new CrmError('unavailable', `${told}: the answer is not HubSpot's, see what stands between`);
  }
  return undefined;
}

/** No answer: whether HubSpot did what it was asked is unknown. */
export function networkFailure(what: string, cause: unknown): CrmError {
  const { name, message, cause: inner } = cause as Error & { cause?: { code?: string; message?: string } };
  const reason = name === 'TimeoutError' ? 'no answer in time' : (inner?.code ?? inner?.message ?? message);
  return new CrmError('unavailable', `${what}: HubSpot could not be reached (${reason})`, { cause });
}

/** What HubSpot says of a refused request or row. The message may quote values, so it is never passed on. */
export interface Refusal {
  readonly code: string;
  /** Properties HubSpot blames; empty when it names none. */
  readonly properties: readonly string[];
  /** Under which HubSpot's support finds the request. */
  readonly correlationId?: string | undefined;
}

/** A row that failed for reasons of HubSpot's own. */
export function isPassing({ code }: Refusal): boolean {
  return /INTERNAL|RATE_LIMIT|TIMEOUT|LOCKED|UNAVAILABLE/.test(code);
}

/** A version that is no longer served; not a record that is not there. */
export function isPathUnknown({
  status,
  body,
}: {
  readonly status: number;
  readonly body: unknown;
}): boolean {
  return (status === 404 || status === 410) && readRefusal(body).code !== 'OBJECT_NOT_FOUND';
}

/** Reads the several shapes in which HubSpot names the property and the reason. */
export function readRefusal(error: unknown): Refusal {
  const { category, message = '', errors, context, errorType, correlationId } = (error ?? {}) as HubSpotError;
  const details = detailsOf(message, errors);
  const named = [
    ...details.map(({ name }) => name),
    ...(context?.propertyName ?? []),
    ...(context?.propertyNames ?? []),
    // "Cannot set PropertyValueCoordinates{portalId=…, propertyName=P, value=V} on …: … already has that value."
    /propertyName=([a-z0-9_]+)/.exec(message)?.[1],
    /Property "([a-z0-9_]+)" does not exist/i.exec(message)?.[1],
    // "Contact already exists. Existing ID: …": the email is another contact's.
    /^Contact already exists/.test(message) ? 'email' : undefined,
  ];
  const properties = [...new Set(named.filter((name) => name !== undefined))];
  const duplicate = /already has that value/.test(message) ? 'VALUE_ALREADY_IN_USE' : undefined;
  const code = duplicate ?? details.find(({ code }) => code)?.code ?? category ?? errorType ?? 'REFUSED';
  return { code, properties, correlationId };
}

interface HubSpotError {
  readonly correlationId?: string;
  readonly category?: string;
  readonly errorType?: string;
  readonly message?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
  readonly errors?: readonly {
    readonly code?: string;
    readonly in?: string;
    readonly context?: Readonly<Record<string, readonly string[]>>;
  }[];
}

interface Detail {
  readonly name?: string | undefined;
  readonly code?: string | undefined;
}

/** `Property values were not valid: [{"isValid":false,"error":"INVALID_OPTION","name":"altur_x"}]` or `errors[]`. */
function detailsOf(message: string, errors: HubSpotError['errors']): Detail[] {
  const details: Detail[] = (errors ?? []).map(({ code, in: place, context }) => ({
    code,
    name: context?.propertyName?.[0] ?? place,
  }));
  const list = /\[\{.*\}\]/s.exec(message)?.[0];
  if (list === undefined) return details;
  try {
    const rows = JSON.parse(list) as { name?: string; error?: string }[];
    return [...details, ...rows.map(({ name, error }) => ({ name, code: error }))];
  } catch {
    return details;
  }
}

function describe({ what, status, body }: FailedAnswer): string {
  const { correlationId } = (body ?? {}) as { correlationId?: string };
  return `HubSpot answered ${status} to ${what}${correlationId ? ` (correlation id ${correlationId})` : ''}`;
}

function missingScopes(body: unknown): string {
  const { errors, context } = (body ?? {}) as HubSpotError;
  const scopes = [context, ...(errors ?? []).map((each) => each.context)].flatMap(
    (each) => each?.requiredGranularScopes ?? each?.requiredScopes ?? [],
  );
  const which =
    scopes.length > 0 ? scopes.join(', ') : 'crm.objects.contacts.read and crm.objects.contacts.write';
  return `the token lacks a scope: give the key ${which}`;
}

function retryAfter(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  // "At once" would only be refused again, and no pause at all is not one a queue can make.
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds * 1_000) : undefined;
}

/** A day's end may be hours away; a look in between shows whether the limit was raised. */
const LONGEST_PAUSE_MS = 3_600_000;

/** HubSpot documents no Retry-After on 429; the policy's name tells how long. */
function quotaPause({ headers, body, timeZone }: FailedAnswer): number {
  const told = retryAfter(headers);
  if (told !== undefined) return told;
  const { policyName = '', message = '' } = (body ?? {}) as { policyName?: string; message?: string };
  if (/^DAILY/i.test(policyName) || /daily limit/i.test(message)) return untilMidnight(timeZone);
  if (/^SECONDLY/i.test(policyName) || /secondly limit/i.test(message)) {
    if (!/TEN_?SECONDLY/i.test(policyName)) return 1_000;
  }
  return Number(headers.get('x-hubspot-ratelimit-interval-milliseconds')) || 10_000;
}

function untilMidnight(timeZone: string): number {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' }).format(new Date());
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  const left = 86_400_000 - ((hours * 60 + minutes) * 60 + seconds) * 1_000;
  return Math.min(left, LONGEST_PAUSE_MS);
}
