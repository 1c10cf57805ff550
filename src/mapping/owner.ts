/** Whose a call or a task is: the CRM's id of the user. */

import { toText } from './coerce/coerce.ts';
import type { View } from './event-view.ts';
import { firstPresent, translate } from './fields.ts';
import type { OwnerRule } from './schema.ts';

export function ownerOf(rule: OwnerRule | undefined, view: View): string | undefined {
  if (rule === undefined) return undefined;
  if (typeof rule !== 'object') return String(rule);
  const owner = translate(firstPresent([rule.from].flat(), view), rule);
  return toText(owner) ?? toText(rule.otherwise);
}
