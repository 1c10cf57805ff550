/** Which calls are logged: the first rule that fits the call decides; without one it is logged. */

import { lookUp, type View } from './event-view.ts';
import type { CallRule } from './schema.ts';

export type Treatment = CallRule['do'];

export function treatmentOf(rules: readonly CallRule[] = [], view: View): Treatment {
  return rules.find((rule) => fits(rule, view))?.do ?? 'log';
}

function fits({ outcome, direction, shorterThan, longerThan }: CallRule, view: View): boolean {
  const seconds = lookUp(view, 'call.duration');
  if (outcome !== undefined && ![outcome].flat().some((each) => each === lookUp(view, 'call.outcome')))
    return false;
  if (direction !== undefined && direction !== lookUp(view, 'call.direction')) return false;
  if (shorterThan === undefined && longerThan === undefined) return true;
  if (typeof seconds !== 'number') return false;
  return seconds < (shorterThan ?? Number.POSITIVE_INFINITY) && seconds > (longerThan ?? -1);
}
