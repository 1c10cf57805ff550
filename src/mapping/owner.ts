/** The owner of a call or a task: the id of the CRM's user. */
import { toText } from './coerce/text.ts';
import type { EventView } from './event-view.ts';
import type { OwnerRule } from './schema/owner-rule.ts';
import { firstPresent, translate } from './source-value.ts';

export function ownerOf(rule: OwnerRule | undefined, view: EventView): string | undefined {
  if (rule === undefined) return undefined;
  if (typeof rule !== 'object') return String(rule);
  const owner = translate(firstPresent([rule.from].flat(), view), rule);
  return toText(owner) ?? toText(rule.otherwise);
}
