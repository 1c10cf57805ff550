/** Follow-ups: the content of the task that a rule asks for, and when it is due. */
import {
  addBusinessHours,
  addDays,
  type Calendar,
  instantAt,
  moveIntoBusinessHours,
  toBusinessDay,
} from './business-hours.ts';
import { momentOf } from './coerce/dates.ts';
import { clockIn, dayIn } from './coerce/time-zone.ts';
import { type EventView, lookUp } from './event-view.ts';
import type { Messages } from './i18n.ts';
import { ownerOf } from './owner.ts';
import type { FollowUpRule } from './schema/follow-up-rule.ts';
import type { OwnerRule } from './schema/owner-rule.ts';
import type { Localized } from './schema/values.ts';
import { render } from './template.ts';

export interface FollowUpSettings {
  readonly calendar: Calendar;
  readonly messages: Messages;
  /** The owner of the calls; a rule may name another. */
  readonly owner?: OwnerRule | undefined;
  localize(text: Localized): string;
}

const HOUR_MS = 3_600_000;

/** The part of the event view under `follow_up`, which the section `task` maps. */
export function followUpView(rule: FollowUpRule, view: EventView, settings: FollowUpSettings): EventView {
  const plainText = { view, field: {}, messages: settings.messages };
  return {
    subject: render(settings.localize(rule.subject), plainText),
    body: rule.body && render(settings.localize(rule.body), plainText),
    due: new Date(dueAt(rule.due ?? {}, view, settings.calendar)).toISOString(),
    priority: rule.priority ?? 'medium',
    owner: ownerOf(rule.owner ?? settings.owner, view),
  };
}

type Due = NonNullable<FollowUpRule['due']>;

function dueAt(due: Due, view: EventView, calendar: Calendar): number {
  const start = startOf(due, view, calendar);
  const { day, instant = instantAt(day, calendar) } = start;
  const [, count = '0', business, unit] = /^(\d+) (business )?(hour|day)/.exec(due.in ?? '') ?? [];
  if (unit === 'hour') {
    const amount = Number(count);
    return business
      ? addBusinessHours(instant, amount, calendar)
      : moveIntoBusinessHours(instant + amount * HOUR_MS, calendar);
  }
  if (unit === undefined && due.at === undefined) return moveIntoBusinessHours(instant, calendar);
  const later = addDays(day, Number(count), calendar, business !== undefined);
  // Without business hours, days later is at the same time of day.
  const sameTime =
    calendar.hours || start.instant === undefined ? undefined : clockIn(instant, calendar.timeZone);
  return instantAt(toBusinessDay(later, calendar), calendar, due.at ?? sameTime);
}

/** The first date that `from` leads to, with its time if it has one; else the end of the call. */
function startOf(due: Due, view: EventView, { timeZone }: Calendar): { day: string; instant?: number } {
  for (const path of [due.from ?? []].flat()) {
    const moment = momentOf(lookUp(view, path), { formats: due.formats, timeZone });
    if (moment) return moment;
  }
  const instant = Date.parse(String(lookUp(view, 'call.at')));
  return { day: dayIn(instant, timeZone), instant };
}
