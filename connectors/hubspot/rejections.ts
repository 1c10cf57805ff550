/** HubSpot's error dictionary: what the rejection of a request or of one row means. */
import type { Rejection, RejectionKind } from '../engine/rows/rejection.ts';
import { maskedText } from '../engine/vendor-text.ts';

/** https://developers.hubspot.com/docs/api-reference/error-handling */
export interface HubSpotError {
  readonly correlationId?: string;
  readonly category?: string;
  readonly subCategory?: unknown;
  readonly errorType?: string;
  readonly message?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
  readonly errors?: readonly {
    readonly code?: string;
    readonly in?: string;
    readonly context?: Readonly<Record<string, readonly string[]>>;
  }[];
}

/** Reads the several shapes in which HubSpot names the property and the reason. Its message quotes values: never shown. */
export function readRejection(error: unknown): Rejection {
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
  const fields = [...new Set(named.filter((name) => name !== undefined))];
  const duplicate = /already has that value/.test(message) ? 'VALUE_ALREADY_IN_USE' : undefined;
  const code = duplicate ?? details.find((each) => each.code)?.code ?? category ?? errorType ?? 'REJECTED';
  return { kind: kindOf(code, fields), code, fields, correlationId };
}

/** With HubSpot's own words, and its narrower code: for rejections whose text names limits, never values. */
export function withText(rejection: Rejection, error: unknown): Rejection {
  const { message = '', subCategory } = (error ?? {}) as HubSpotError;
  const code = typeof subCategory === 'string' && subCategory !== '' ? subCategory : rejection.code;
  return { ...rejection, code, ...(message !== '' && { text: maskedText(message) }) };
}

/** The path is unknown: a version that is no longer served, not a record that is not there. */
export function isPathUnknown({
  status,
  body,
}: {
  readonly status: number;
  readonly body: unknown;
}): boolean {
  return (status === 404 || status === 410) && readRejection(body).code !== 'OBJECT_NOT_FOUND';
}

function kindOf(code: string, fields: readonly string[]): RejectionKind {
  if (/INTERNAL|RATE_LIMIT|TIMEOUT|LOCKED|UNAVAILABLE/.test(code)) return 'temporary';
  switch (code) {
    case 'PROPERTY_DOESNT_EXIST':
      return 'field-missing';
    case 'OBJECT_NOT_FOUND':
      return 'gone';
    case 'VALUE_ALREADY_IN_USE':
    case 'CONFLICT':
      return 'conflict';
    default:
      return fields.length > 0 ? 'field' : 'permanent';
  }
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
