/** What the form of a mapping allows but cannot mean what was meant: said at the start, not left to be wondered at. */
import type { FieldType } from '../../../connectors/connector.ts';
import { coerce } from '../coerce/coerce.ts';
import { fold } from '../event-view.ts';
import {
  type Condition,
  callRule,
  condition,
  type FieldRule,
  fieldRule,
  followUp,
  OUTCOMES,
} from '../schema.ts';
import { type Mistake, oneOf, type Place } from './issues.ts';
import { isKnownPath } from './paths.ts';

/** `content`: a mapping file, whatever else is wrong with it. */
export function pointless(content: unknown): Mistake[] {
  const { person, call, task, calls, followUps, owner } = entries(content);
  const fields = Object.entries({ person, call, task }).flatMap(([section, rules]) => {
    return Object.entries(entries(rules)).flatMap(([name, rule]) => inField(rule, [section, name]));
  });
  const rules = Object.entries(entries(followUps)).flatMap(([name, rule]) => {
    return [
      ...inFollowUp(rule, ['followUps', name]),
      ...inOwner(entries(rule).owner, ['followUps', name, 'owner']),
    ];
  });
  return [...fields, ...rules, ...inCalls(calls), ...inOwner(owner, ['owner'])];
}

const entries = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

function inField(given: unknown, place: Place): Mistake[] {
  const rule = fieldRule.safeParse(given).data;
  if (!rule) return [];
  const { from, template, as, values, otherwise, formats, decimal, when } = rule;
  const told: Mistake[] = [];
  const say = (key: string, message: string) => told.push({ place: [...place, key], message });
  if (from === undefined && values)
    say('values', 'is for `from`: a template or a constant is written as it is');
  if (from !== undefined && otherwise !== undefined && !values)
    say(
      'otherwise',
      'is for what `values` does not name: add `values`, or say `default` for an event that holds nothing',
    );
  if (formats && as !== undefined && as !== 'date' && as !== 'datetime')
    say('formats', `is for dates, not for ${as}: say \`as: date\`, or take it away`);
  if (decimal && as !== 'money') say('decimal', 'is for money: say `as: money`');
  if (when === 'append' && as !== undefined && as !== 'text' && as !== 'options')
    say('when', `\`append\` adds to a list, such as tags, not to a ${as}`);
  const texts =
    typeof template === 'object' ? Object.entries(template) : template === undefined ? [] : [['', template]];
  for (const [language, text] of texts)
    if (text?.trim() === '')
      told.push({ place: [...place, 'template', ...(language ? [language] : [])], message: EMPTY });
  return [
    ...told,
    ...unfit(rule, place),
    ...unheardOutcomes([from ?? []].flat(), Object.keys(values ?? {}), [...place, 'values']),
  ];
}

const EMPTY = 'must not be empty';

/** A value the file itself names that its own `as` cannot read would be left out of every call. */
function unfit(
  { as, formats, decimal, constant, otherwise, default: fallback, values = {} }: FieldRule,
  place: Place,
): Mistake[] {
  if (as === undefined || as === 'text' || as === 'option' || as === 'options') return [];
  const named: [Place, unknown][] = [
    [['constant'], constant],
    [['default'], fallback],
    [['otherwise'], otherwise],
    ...Object.entries(values).map(([name, value]): [Place, unknown] => [['values', name], value]),
  ];
  return named.flatMap(([where, value]) => {
    if (value === undefined || value === '') return [];
    const type: FieldType = as === 'money' ? 'number' : as === 'phone' ? 'text' : as;
    const field = { name: '', label: '', type, createable: true, updateable: true };
    const read = coerce(value, field, { as, formats, decimal, timeZone: 'UTC', country: 'MX' });
    return 'value' in read ? [] : [{ place: [...place, ...where], message: read.skipped }];
  });
}

function inFollowUp(given: unknown, place: Place): Mistake[] {
  const { all, any } = entries(given);
  const conditions = Object.entries({ all, any }).flatMap(([list, tests]) => {
    return (Array.isArray(tests) ? tests : []).flatMap((test, index) =>
      inCondition(test, [...place, list, index]),
    );
  });
  const { subject, due = {} } = followUp.safeParse(given).data ?? {};
  const told = [...conditions];
  const blank = (typeof subject === 'object' ? Object.values(subject) : [subject ?? '.']).some(
    (text) => text.trim() === '',
  );
  if (blank) told.push({ place: [...place, 'subject'], message: EMPTY });
  if (due.at !== undefined && /hour/.test(due.in ?? ''))
    told.push({
      place: [...place, 'due', 'at'],
      message: `is a time of a day, and \`in: ${due.in}\` ends at one of its own: take one away`,
    });
  if (due.formats && due.from === undefined)
    told.push({
      place: [...place, 'due', 'formats'],
      message: 'is for the date that `from` leads to: add `from`',
    });
  return told;
}

function inCondition(given: unknown, place: Place): Mistake[] {
  const test: Condition | undefined = condition.safeParse(given).data;
  if (!test) return [];
  const { path, equals, in: among, contains } = test;
  if (equals === '' || contains?.trim() === '')
    return [
      {
        place: [...place, equals === '' ? 'equals' : 'contains'],
        message: `${EMPTY}: for what is not there say \`exists: false\``,
      },
    ];
  if (equals !== undefined) return unheardOutcomes([path], [String(equals)], [...place, 'equals']);
  return unheardOutcomes([path], (among ?? []).map(String), [...place, 'in']);
}

/** Outcomes are our own words, so another one can never come. */
function unheardOutcomes(paths: readonly string[], words: readonly string[], place: Place): Mistake[] {
  if (paths.length !== 1 || paths[0] !== 'call.outcome') return [];
  return words
    .map((word, index) => ({ word, index }))
    .filter(({ word }) => !OUTCOMES.some((outcome) => fold(word) === outcome))
    .map(({ word, index }) => {
      const where = place.at(-1) === 'values' ? [word] : place.at(-1) === 'in' ? [index] : [];
      return { place: [...place, ...where], message: oneOf(word, OUTCOMES) };
    });
}

function inCalls(calls: unknown): Mistake[] {
  const rules = (Array.isArray(calls) ? calls : []).map((rule) => callRule.safeParse(rule).data);
  const every = rules.findIndex((rule) => rule && Object.keys(rule).every((key) => key === 'do'));
  return rules.flatMap((rule, index): Mistake[] => {
    if (every >= 0 && index > every)
      return [{ place: ['calls', index], message: 'is never reached: the rule before it fits every call' }];
    const { shorterThan, longerThan } = rule ?? {};
    if (shorterThan === undefined || longerThan === undefined || longerThan < shorterThan) return [];
    const message = `no call is shorter than ${shorterThan} s and longer than ${longerThan} s`;
    return [{ place: ['calls', index, 'longerThan'], message }];
  });
}

function inOwner(owner: unknown, place: Place): Mistake[] {
  if (typeof owner !== 'string' || !isKnownPath(owner)) return [];
  return [
    { place, message: `must be the id of a user in the CRM; a path of the event is { from: ${owner} }` },
  ];
}
