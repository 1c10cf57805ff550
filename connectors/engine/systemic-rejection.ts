/**
 * A code that hits everybody is the CRM's fault, or its administrator's: a maintenance window, a rule that no call can
 * meet. Then the queue waits and no attempt is used up; if others go through, it was the rows. In between, where one
 * code hits nearly all people of a batch though some were written, those calls are tried again before they are dead
 * letters.
 */
import { CrmError, type CrmObject } from '../connector.ts';
import type { BatchEntry } from './activity-rows.ts';
import { type BatchResults, type OutcomePart, partsOf } from './outcomes.ts';
import type { CrmHealth } from './rows/crm-health.ts';
import type { RejectionKind } from './rows/rejection.ts';

/** Rejections that say nothing about which row is to blame. */
const UNEXPLAINED: readonly RejectionKind[] = ['permanent', 'field'];
/** Locks of a few rows are usual and pass; they are retried by themselves, and the others' calls need not wait. */
const MANY_LOCKS = 10;
/** Of the people of a batch. Fewer may be poison messages that arrived together. */
const NEARLY_ALL = { people: 10, share: 0.9 };

/** Notes what a batch shows of the CRM's health. Throws CrmError when it rejects everybody. */
export function throwIfSystemic(
  entries: readonly BatchEntry[],
  results: BatchResults,
  health: CrmHealth,
): void {
  const parts = partsByPerson(entries, results);
  const callsAreWritten = parts.some(
    ({ object, rowName }) => object === 'call' && results.rows.get(rowName)?.status === 'written',
  );
  for (const object of ['person', 'call', 'task'] as const) {
    // Most calls have no tasks: a rule against tasks must not make all of them wait.
    if (object === 'task' && callsAreWritten) continue;
    const some = parts.filter((part) => part.object === object && results.rows.has(part.rowName));
    const isLocked = ({ result }: (typeof some)[number]) =>
      result.status === 'rejected' && result.rejection.kind === 'temporary';
    const kinds = some.filter(isLocked).length < MANY_LOCKS ? UNEXPLAINED : [...UNEXPLAINED, 'temporary'];
    if (some.some(({ result }) => result.status === 'written')) health.written(object);
    else
      for (const { result, person } of some) {
        if (result.status !== 'rejected' || !kinds.includes(result.rejection.kind)) continue;
        health.rejected(object, result.rejection.code, person);
      }
    const code = health.systemicCode(object);
    if (code !== undefined && some.length > 0) throw systemic(results, object, code);
  }
}

/** The codes that hit nearly all people of a batch, as `object code`. */
export function widespreadCodes(entries: readonly BatchEntry[], results: BatchResults): ReadonlySet<string> {
  const parts = partsByPerson(entries, results).filter(
    ({ object, rowName }) => object !== 'task' && results.rows.has(rowName),
  );
  const widespread = new Set<string>();
  for (const [object, some] of Map.groupBy(parts, (part) => part.object)) {
    const share = NEARLY_ALL.share * countPeople(some);
    for (const [code, rejected] of Map.groupBy(some, unexplainedCode)) {
      const people = countPeople(rejected);
      if (code !== undefined && people >= NEARLY_ALL.people && people >= share)
        widespread.add(`${object} ${code}`);
    }
  }
  return widespread;
}

type PersonPart = OutcomePart & { readonly person: string };

function partsByPerson(entries: readonly BatchEntry[], results: BatchResults): readonly PersonPart[] {
  return entries.flatMap((entry) =>
    partsOf(entry, results).map((part) => ({ ...part, person: entry.match?.key ?? entry.record.callId })),
  );
}

function unexplainedCode({ result }: PersonPart): string | undefined {
  const isUnexplained = result.status === 'rejected' && UNEXPLAINED.includes(result.rejection.kind);
  return isUnexplained ? result.rejection.code : undefined;
}

function countPeople(parts: readonly PersonPart[]): number {
  return new Set(parts.map(({ person }) => person)).size;
}

function systemic({ crm, personTitle }: BatchResults, object: CrmObject, code: string): CrmError {
  const title = object === 'person' ? personTitle : object;
  const message = `${crm} rejects every ${title}: ${code}: the queue waits and goes on by itself once one is accepted; see its maintenance windows, and rules, triggers and permissions changed lately`;
  return new CrmError('unavailable', message, { code: 'CRM_REJECTS_EVERYTHING' });
}
