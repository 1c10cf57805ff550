/** The call id that a body claims to be about. The body is anybody's: nothing else of it is read. */
import { toCallId } from '../altur/event.ts';

/** Longer than all but a few of Altur's events; parsing what a stranger sent must stay cheap. */
const MAX_BYTES = 262_144;

export function claimedCallId(body: Buffer): string | undefined {
  if (body.length > MAX_BYTES) return undefined;
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    return typeof json === 'object' && json !== null ? toCallId((json as { id?: unknown }).id) : undefined;
  } catch {
    return undefined;
  }
}
