/** The call filter: the first rule that fits the call decides; without one the call is logged. */
import { type EventView, lookUp } from './event-view.ts';
import type { CallRule } from './schema/call-rule.ts';

export type CallAction = CallRule['do'];

export function callActionFor(rules: readonly CallRule[] = [], view: EventView): CallAction {
  return rules.find((rule) => fits(rule, view))?.do ?? 'log';
}

function fits({ outcome, direction, shorterThan, longerThan }: CallRule, view: EventView): boolean {
  if (outcome !== undefined && ![outcome].flat().some((each) => each === lookUp(view, 'call.outcome')))
    return false;
  if (direction !== undefined && direction !== lookUp(view, 'call.direction')) return false;
  if (shorterThan === undefined && longerThan === undefined) return true;
  const seconds = lookUp(view, 'call.duration');
  if (typeof seconds !== 'number') return false;
  return seconds < (shorterThan ?? Number.POSITIVE_INFINITY) && seconds > (longerThan ?? -1);
}
