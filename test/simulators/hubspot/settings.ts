import type { CountryCode } from 'libphonenumber-js';

/** `legacy` is v3, and v4 for associations. */
export type Generation = 'legacy' | '2026-03';

/** How this portal behaves; may be changed while it runs. Comments say what is documented and what is a guess. */
export interface Settings {
  /** The one bearer token that is accepted. */
  token: string;
  /** Scopes the token lacks. */
  missingScopes: readonly string[];
  /** The path generations that are served; the others answer 404. */
  generations: readonly Generation[];
  portalId: number;
  timeZone: string;
  /** Of numbers written without a country code. */
  country: CountryCode;
  /** Ids of the owners that records may be given to. */
  owners: readonly string[];
  limits: Limits;
  /** HubSpot documents no Retry-After on 429. */
  retryAfterSeconds: number | undefined;
  /** How long every answer takes, at least; the work is done before. */
  latencyMs: number;
  /** How long a write is invisible to search: "a few moments", seconds in practice. */
  lagMs: number;
  /** The spec lists 207 for 2026-03 and only 200 for 2026-09. */
  partialUpsertStatus: 200 | 207;
  /** In the schema of results, but absent from every answer seen. */
  echoTraceIds: boolean;
  /** Whether a conflict on a unique property spares the other rows when all carry trace ids; unverified. */
  uniqueConflicts: 'row' | 'batch';
  /** Whether calls and tasks may have unique properties; unverified. `ignore` creates a plain one instead. */
  uniqueOnActivities: 'accept' | 'refuse' | 'ignore';
  /** Where refused properties are named: in the message's JSON, in `errors[]`, or in both. */
  refusedIn: 'message' | 'errors' | 'both';
  /** associate/default answers both directions of a link; unverified. */
  associationDirections: 1 | 2;
  /** How associate/default names links: as the spec says, as its sibling batch/create does, or not at all; unverified. */
  associationAnswers: 'ends' | 'ids' | 'nothing';
  /** Unique values come back in lower case, as emails do; unverified for properties of one's own. */
  lowerCaseUnique: boolean;
  /** Results come in another order than inputs. */
  shuffleSeed: number;
}

/** https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines */
export interface Limits {
  /** Requests per window, of all endpoints without a limit of their own. */
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
    shuffleSeed: 1,
    ...given,
  };
}

/** Limits that are not given stay as they are. */
export function changeSettings(settings: Settings, { limits, ...given }: SettingsInput): Settings {
  return Object.assign(settings, given, { limits: { ...settings.limits, ...limits } });
}
