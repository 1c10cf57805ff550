/**
 * A code that hits everybody is the CRM's fault, or its administrator's: a maintenance window, a rule that no call can
 * meet. Then the queue waits and no attempt is used up; if others go through, it was the rows. In between, where one
 * code hits nearly all people of a batch though some were written, those calls are tried again before they are dead
 * letters.
 */
import { CrmError, type CrmObject } from '../connector.ts';
import type { BatchEntry } from './activity-rows.ts';
import { type BatchResults, type OutcomePart, partsOf, titleOf } from './outcomes.ts';
import type { CrmHealth } from './rows/crm-health.ts';
import type { RejectionKind } from './rows/rejection.ts';

/** Rejections that say nothing about which row is to blame. */
const UNEXPLAINED: readonly RejectionKind[] = ['permanent', 'field'];
/** Locks of a few rows are usual and pass; they are retried by themselves, and the others' calls need not wait. */
const MANY_LOCKS = 10;
/** Of the people of a batch. Fewer may be poison messages that arrived together. */
const NEARLY_ALL = { people: 10, share: 0.9 };

/**
 * Notes what a batch shows of the CRM's health. Throws CrmError when it rejects everybody. Returns the codes that hit
 * nearly everybody, as `object code`.
 */
export function findSystemicRejections(
  entries: readonly BatchEntry[],
  results: BatchResults,
  health: CrmHealth,
): ReadonlySet<string> {
  const parts = partsByPerson(entries, results);
  throwIfSystemic(parts, results, health);
  return widespreadCodes(parts);
}

function throwIfSystemic(parts: readonly PersonPart[], results: BatchResults, health: CrmHealth): void {
  const callsAreWritten = parts.some(
    ({ object, result }) => object === 'call' && result.status === 'written',
  );
  for (const object of ['person', 'call', 'task'] as const) {
    // Most calls have no tasks: a rule against tasks must not make all of them wait.
    if (object === 'task' && callsAreWritten) continue;
    const some = parts.filter((part) => part.object === object);
    const locked = some.filter((part) => codeOf(part, ['temporary']) !== undefined);
    const kinds = locked.length < MANY_LOCKS ? UNEXPLAINED : [...UNEXPLAINED, 'temporary' as const];
    if (some.some(({ result }) => result.status === 'written')) health.written(object);
    else
      for (const part of some) {
        const code = codeOf(part, kinds);
        if (code !== undefined) health.rejected(object, code, part.person);
      }
    const code = health.systemicCode(object);
    if (code !== undefined && some.length > 0) throw systemic(results, object, code);
  }
}

function widespreadCodes(parts: readonly PersonPart[]): ReadonlySet<string> {
  const widespread = new Set<string>();
  for (const [object, some] of Map.groupBy(parts, (part) => part.object)) {
    if (object === 'task') continue;
    const share = NEARLY_ALL.share * countPeople(some);
    for (const [code, rejected] of Map.groupBy(some, (part) => codeOf(part, UNEXPLAINED))) {
      const people = countPeople(rejected);
      if (code !== undefined && people >= NEARLY_ALL.people && people >= share)
        widespread.add(`${object} ${code}`);
    }
  }
  return widespread;
}

type PersonPart = OutcomePart & { readonly person: string };

/** Only of rows that were sent. */
function partsByPerson(entries: readonly BatchEntry[], results: BatchResults): readonly PersonPart[] {
  return entries.flatMap((entry) =>
    partsOf(entry, results)
      .filter(({ rowName }) => results.rows.has(rowName))
      .map((part) => ({ ...part, person: entry.match?.key ?? entry.record.callId })),
  );
}

/** The code with which it was rejected, if the rejection is of one of these kinds. */
function codeOf({ result }: OutcomePart, kinds: readonly RejectionKind[]): string | undefined {
  const isOfKind = result.status === 'rejected' && kinds.includes(result.rejection.kind);
  return isOfKind ? result.rejection.code : undefined;
}

function countPeople(parts: readonly PersonPart[]): number {
  return new Set(parts.map(({ person }) => person)).size;
}

function systemic(results: BatchResults, object: CrmObject, code: string): CrmError {
  const message = `${results.crm} rejects every ${titleOf(object, results)}: ${code}: the queue waits and goes on by itself once one is accepted; see its maintenance windows, and rules, triggers and permissions changed lately`;
  return new CrmError('unavailable', message, { code: 'CRM_REJECTS_EVERYTHING' });
}
