import type { CountryCode } from 'libphonenumber-js';

/** `legacy` is v3, and v4 for associations. */
export type Generation = 'legacy' | '2026-03';

/** How this portal behaves; may be changed while it runs. "Unverified" marks guesses. */
export interface Settings {
  /** The one bearer token that is accepted. */
  token: string;
  /** Scopes the token lacks. */
  missingScopes: readonly string[];
  /** The generations of paths that are served; other paths get a 404. */
  generations: readonly Generation[];
  portalId: number;
  /** Where the portal's users sign in. */
  uiDomain: string;
  timeZone: string;
  /** The country of numbers without a country code. */
  country: CountryCode;
  /** Ids of the owners that records may have. */
  owners: readonly string[];
  limits: Limits;
  /** HubSpot documents no Retry-After on 429. */
  retryAfterSeconds: number | undefined;
  /** The least time that a response takes. The work is done before it. */
  latencyMs: number;
  /** How long a write is invisible to search: "a few moments", seconds in practice. */
  lagMs: number;
  /** The spec lists 207 for 2026-03 and only 200 for 2026-09. */
  partialUpsertStatus: 200 | 207;
  /** Results repeat the trace id. The schema has it, every recorded response lacks it. */
  echoTraceIds: boolean;
  /** Whether a unique conflict rejects its row or the batch when all rows have trace ids; unverified. */
  uniqueConflicts: 'row' | 'batch';
  /** Whether calls and tasks may have unique properties; unverified. `ignore` creates a plain property. */
  uniqueOnActivities: 'accept' | 'refuse' | 'ignore';
  /** Where rejected properties are named: in the message's JSON, in `errors[]`, or in both. */
  refusedIn: 'message' | 'errors' | 'both';
  /** associate/default answers both directions of a link; unverified. */
  associationDirections: 1 | 2;
  /** How associate/default lists links: as the spec says, as batch/create does, or not at all; unverified. */
  associationAnswers: 'ends' | 'ids' | 'nothing';
  /** Unique values are returned in lower case, as emails are; unverified for custom properties. */
  lowerCaseUnique: boolean;
  /** Unique values are compared without regard to case, as emails are; unverified. Fixed at the start. */
  uniqueIgnoresCase: boolean;
  /** How long a new property is neither listed nor taken; others saw 250 to 700 ms. */
  propertyLagMs: number;
  /** The answer to an update of a record that was merged into another; unverified. */
  mergedUpdates: 'forwarded' | 'silent' | 'not-found';
  /** Reading by a former id answers the merged record. */
  mergedReads: 'forwarded' | 'not-found';
  /** The answer to a write of sensitive data without its scope; unverified. */
  sensitiveRefusal: 'row' | 'request';
  /** So many calls a contact may have; administrators set such limits. */
  callsPerContact: number;
  /** The ids that an error about a link names in its context: both ends, or nothing, as in a recorded response. */
  associationContext: 'ends' | 'none';
  /** Both shapes of a 429 were recorded. */
  rateLimitShape: 'errorType' | 'category';
  /** The seed of the order of results, which is not the order of inputs. */
  shuffleSeed: number;
}

/** https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines */
export interface Limits {
  /** Requests per window, of all endpoints without a separate limit. */
  readonly app: number;
  readonly associations: number;
  readonly windowMs: number;
  readonly search: number;
  readonly searchWindowMs: number;
  readonly daily: number;
}

/** A Free or Starter portal. */
const LIMITS: Limits = {
  app: 100,
  associations: 100,
  windowMs: 10_000,
  search: 5,
  searchWindowMs: 1_000,
  daily: 250_000,
};

export type SettingsInput = Partial<Omit<Settings, 'limits'>> & { readonly limits?: Partial<Limits> };

export function settingsOf({ limits, ...given }: SettingsInput): Settings {
  return {
    token: 'pat-na1-simulator',
    missingScopes: [],
    generations: ['legacy', '2026-03'],
    portalId: 4_817_203,
    uiDomain: 'app.hubspot.com',
    timeZone: 'America/Mexico_City',
    country: 'MX',
    owners: [],
    limits: { ...LIMITS, ...limits },
    retryAfterSeconds: undefined,
    latencyMs: 0,
    lagMs: 2_000,
    partialUpsertStatus: 207,
    echoTraceIds: false,
    uniqueConflicts: 'row',
    uniqueOnActivities: 'accept',
    refusedIn: 'both',
    associationDirections: 2,
    associationAnswers: 'ends',
    lowerCaseUnique: false,
    uniqueIgnoresCase: false,
    propertyLagMs: 0,
    mergedUpdates: 'forwarded',
    mergedReads: 'forwarded',
    sensitiveRefusal: 'row',
    callsPerContact: Number.POSITIVE_INFINITY,
    associationContext: 'ends',
    rateLimitShape: 'errorType',
    shuffleSeed: 1,
    ...given,
  };
}

/** Limits that are not given stay as they are. */
export function changeSettings(settings: Settings, { limits, ...given }: SettingsInput): Settings {
  return Object.assign(settings, given, { limits: { ...settings.limits, ...limits } });
}
