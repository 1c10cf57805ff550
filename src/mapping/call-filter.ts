/** The call filter: the first rule that fits the call decides; without one the call is logged. */
import { type EventView, lookUp } from './event-view.ts';
import type { CallRule } from './schema/call-rule.ts';

export type CallAction = CallRule['do'];

export function callActionFor(rules: readonly CallRule[] = [], view: EventView): CallAction {
  return rules.find((rule) => fits(rule, view))?.do ?? 'log';
}

/** The rule that skips the call, as a reader finds it in the mapping; undefined when none does. */
export function skippingRule(rules: readonly CallRule[] = [], view: EventView): string | undefined {
  const index = rules.findIndex((rule) => fits(rule, view));
  const rule = rules[index];
  return rule?.do === 'skip' ? `calls, rule ${index + 1}: { ${yamlOf(rule)} }` : undefined;
}

function yamlOf(rule: CallRule): string {
  const text = (value: unknown) => (Array.isArray(value) ? `[${value.join(', ')}]` : `${value}`);
  return Object.entries(rule)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${text(value)}`)
    .join(', ');
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
