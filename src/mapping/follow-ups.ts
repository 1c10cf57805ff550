/** Follow-ups: the task a rule asks for, and when it is due. */
import { addBusinessHours, addDays, at, businessDay, type Calendar, within } from './business-hours.ts';
import { clockIn, dayIn, momentOf } from './coerce/dates.ts';
import { lookUp, type View } from './event-view.ts';
import { ownerOf } from './owner.ts';
import type { FollowUpRule, Localized, OwnerRule } from './schema.ts';
import { render, type Words } from './template.ts';

export interface FollowUpSettings extends Calendar {
  readonly words: Words;
  /** Whose the calls are; a rule may name somebody else. */
  readonly owner?: OwnerRule | undefined;
  localize(text: Localized): string;
}

const HOUR_MS = 3_600_000;

/** What `task` may map, under `follow_up`. */
export function followUpOf(rule: FollowUpRule, view: View, settings: FollowUpSettings): View {
  const plain = { view, field: {}, words: settings.words };
  return {
    subject: render(settings.localize(rule.subject), plain),
    body: rule.body && render(settings.localize(rule.body), plain),
    due: new Date(dueAt(rule.due ?? {}, view, settings)).toISOString(),
    priority: rule.priority ?? 'medium',
    owner: ownerOf(rule.owner ?? settings.owner, view),
  };
}

type Due = NonNullable<FollowUpRule['due']>;

function dueAt(due: Due, view: View, calendar: Calendar): number {
  const start = startOf(due, view, calendar);
  const { day, instant = at(day, calendar) } = start;
  const [, count = '0', business, unit] = /^(\d+) (business )?(hour|day)/.exec(due.in ?? '') ?? [];
  if (unit === 'hour') {
    const amount = Number(count);
    return business
      ? addBusinessHours(instant, amount, calendar)
      : within(instant + amount * HOUR_MS, calendar);
  }
  if (unit === undefined && due.at === undefined) return within(instant, calendar);
  const later = addDays(day, Number(count), calendar, business !== undefined);
  // Where every hour is as good as any other, days later is at the same time.
  const same =
    calendar.hours || start.instant === undefined ? undefined : clockIn(instant, calendar.timeZone);
  return at(businessDay(later, calendar), calendar, due.at ?? same);
}

/** The date the event names, with a time if it names one; else the end of the call. */
function startOf(due: Due, view: View, { timeZone }: Calendar): { day: string; instant?: number } {
  for (const path of [due.from ?? []].flat()) {
    const moment = momentOf(lookUp(view, path), { formats: due.formats, timeZone });
    if (moment) return moment;
  }
  const instant = Date.parse(String(lookUp(view, 'call.at')));
  return { day: dayIn(new Date(instant), timeZone), instant };
}
