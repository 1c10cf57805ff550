/** Whose a call or a task is: the CRM's id of the user. */

import { firstPresent, translate } from './fields.ts';
import type { OwnerRule } from './mapping.ts';
import { toText } from './values.ts';
import type { View } from './view.ts';

export function ownerOf(rule: OwnerRule | undefined, view: View): string | undefined {
  if (rule === undefined) return undefined;
  if (typeof rule !== 'object') return String(rule);
  const owner = translate(firstPresent([rule.from].flat(), view), rule);
  return toText(owner) ?? toText(rule.otherwise);
}
