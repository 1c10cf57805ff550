/** The owner of a call or a task: the id of the CRM's user. */
import { AMBIGUOUS } from './coerce/coerced.ts';
import { toText } from './coerce/text.ts';
import type { EventView } from './event-view.ts';
import type { OwnerRule } from './schema/owner-rule.ts';
import { entriesFor, firstPresent } from './source-value.ts';

export function ownerOf(rule: OwnerRule | undefined, view: EventView): string | undefined {
  if (rule === undefined) return undefined;
  if (typeof rule !== 'object') return String(rule);
  const raw = firstPresent([rule.from].flat(), view);
  const entries = rule.values === undefined || raw === undefined ? [raw] : entriesFor(raw, rule.values);
  // An owner that could be two people is nobody.
  return toText(entries === AMBIGUOUS ? undefined : entries[0]) ?? toText(rule.otherwise);
}
