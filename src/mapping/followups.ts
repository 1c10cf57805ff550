/** Follow-ups: which rules a call meets, and the task each asks for. */
import type { Condition, FollowUpRule, Localized } from './mapping.ts';
import { render, type Words } from './template.ts';
import { coerce, dayIn, instantIn } from './values.ts';
import { lookUp, type View } from './view.ts';

export interface FollowUpSettings {
  readonly timeZone: string;
  readonly words: Words;
  localize(text: Localized): string;
}

/** When the office opens, where a rule names no time. */
const OPENING = '09:00';
const DAY_MS = 86_400_000;

export function holds(rule: FollowUpRule, view: View): boolean {
  const every = rule.all?.every((condition) => meets(condition, view)) ?? true;
  return every && (rule.any?.some((condition) => meets(condition, view)) ?? true);
}

function meets({ path, equals, in: among, contains, exists }: Condition, view: View): boolean {
  const value = lookUp(view, path);
  if (exists !== undefined) return isPresent(value) === exists;
  if (contains !== undefined)
    return Array.isArray(value) ? value.includes(contains) : String(value ?? '').includes(contains);
  const allowed = among ?? [equals!];
  return allowed.some((each) => value !== undefined && String(each) === String(value));
}

function isPresent(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  return !Array.isArray(value) || value.length > 0;
}

/** What `task` may map, under `follow_up`. */
export function followUpOf(rule: FollowUpRule, view: View, settings: FollowUpSettings): View {
  const plain = { view, field: {}, words: settings.words };
  return {
    subject: render(settings.localize(rule.subject), plain),
    body: rule.body && render(settings.localize(rule.body), plain),
    due: new Date(dueAt(rule.due, view, settings.timeZone)).toISOString(),
    priority: rule.priority ?? 'medium',
    owner: rule.owner,
  };
}

function dueAt(due: FollowUpRule['due'], view: View, timeZone: string): number {
  const base = namedDate(due, view, timeZone) ?? Date.parse(String(lookUp(view, 'call.at')));
  const [count = '0', unit = 'day', noun] = due?.in?.split(' ') ?? [];
  if (unit.startsWith('hour')) return base + Number(count) * 3_600_000;
  const business = noun !== undefined;
  let day = dayIn(new Date(base), timeZone);
  for (let left = Number(count); left > 0; ) {
    day = nextDay(day);
    if (!business || isWorkday(day)) left -= 1;
  }
  while (business && !isWorkday(day)) day = nextDay(day);
  return instantIn(`${day}T${due?.at ?? OPENING}:00.000`, timeZone);
}

/** The date the event names; a day alone is that day in the zone. */
function namedDate(due: FollowUpRule['due'], view: View, timeZone: string): number | undefined {
  const datetime = {
    name: 'due',
    label: 'due',
    type: 'datetime',
    createable: true,
    updateable: true,
  } as const;
  for (const path of [due?.from ?? []].flat()) {
    const read = coerce(lookUp(view, path), datetime, { formats: due?.formats, timeZone });
    if ('value' in read) return Date.parse(String(read.value));
  }
  return undefined;
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

function isWorkday(day: string): boolean {
  return ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
}
