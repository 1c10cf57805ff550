/**
 * Links to recordings that people in the CRM can follow: `/recordings/<call id>?k=<key version>&s=<signature>`, and
 * `e=<when it expires>` where links do. Nothing is stored, so a link outlives Redis and restarts; it is revoked by
 * taking its secret away.
 *
 * A signature covers the call id, the version of its key and when it expires: a link for one call is of no use for
 * another, and none can be prolonged.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

export interface RecordingLinkSettings {
  /** Where people reach this service. */
  readonly publicUrl: string;
  /** The first signs; links signed with any of them are accepted. */
  readonly secrets: readonly string[];
  /** The secret is the API key: rotating that breaks all links. */
  readonly isDerived: boolean;
  /** Absent: links do not expire. */
  readonly ttlMs?: number;
}

/** As they arrive in a request; a parameter that is given twice is an array. */
export type LinkQuery = Readonly<Record<string, unknown>>;

export type LinkCheck = 'valid' | 'expired' | 'invalid';

interface Key {
  /** Public: tells the keys apart while they are rotated. */
  readonly version: string;
  readonly bytes: Buffer;
}

const KEY_BYTES = 32;
const VERSION_LENGTH = 6;
const SIGNATURE = /^[\w-]{43}$/;
/** In the future of every link, so that a link of the same call is the same text for a while. */
const EXPIRY_STEP_S = 60;

export class RecordingLinks {
  readonly #base: string;
  readonly #keys: readonly Key[];
  readonly #ttlMs: number | undefined;

  constructor({ publicUrl, secrets, ttlMs }: RecordingLinkSettings) {
    this.#base = publicUrl.replace(/\/+$/, '');
    this.#keys = secrets.map(keyOf);
    this.#ttlMs = ttlMs;
  }

  /** Public: they stand in the links. The first one's key signs; the others' are accepted too. */
  get keyVersions(): readonly string[] {
    return this.#keys.map(({ version }) => version);
  }

  /** `now`: ms since the epoch. */
  linkTo(callId: string, now = Date.now()): string {
    const [key] = this.#keys;
    if (!key) throw new Error('links to recordings need a secret');
    const expires = this.#ttlMs === undefined ? undefined : expiryOf(now + this.#ttlMs);
    const query = new URLSearchParams({ k: key.version });
    if (expires !== undefined) query.set('e', expires);
    query.set('s', sign(key, callId, expires));
    return `${this.#base}/recordings/${encodeURIComponent(callId)}?${query}`;
  }

  check(callId: string, { k, e, s }: LinkQuery, now = Date.now()): LinkCheck {
    if (typeof s !== 'string' || !SIGNATURE.test(s)) return 'invalid';
    if (e !== undefined && (typeof e !== 'string' || !/^\d{1,12}$/.test(e))) return 'invalid';
    const key = this.#keys.find(({ version }) => version === k);
    // As text: other texts decode to the same bytes.
    if (!key || !timingSafeEqual(Buffer.from(sign(key, callId, e)), Buffer.from(s))) return 'invalid';
    return e !== undefined && Number(e) * 1_000 <= now ? 'expired' : 'valid';
  }
}

/** The secret may be used for something else as well (Altur's API key): the label keeps the two apart. */
function keyOf(secret: string): Key {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'altur-crm-sync recording links', KEY_BYTES));
  const version = createHmac('sha256', bytes).update('version').digest('base64url').slice(0, VERSION_LENGTH);
  return { version, bytes };
}

function sign({ version, bytes }: Key, callId: string, expires: string | undefined): string {
  const message = JSON.stringify([version, callId, expires ?? null]);
  return createHmac('sha256', bytes).update(message).digest('base64url');
}

/** Seconds since the epoch. */
function expiryOf(ms: number): string {
  return String(Math.ceil(ms / 1_000 / EXPIRY_STEP_S) * EXPIRY_STEP_S);
}
