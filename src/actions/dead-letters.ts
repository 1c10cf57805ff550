/** The dead letters, by call, by cause or all of them; and their groups by cause. */
import type { Job } from 'bullmq';
import type { DeadLetterGroup } from '../monitoring/overview.ts';
import { decode, type JobData } from '../queue/job.ts';
import { causeOf, type JobCause } from '../queue/job-cause.ts';
import { type CallQueue, findJobsOfCalls } from '../queue/queue.ts';

export type DeadLetter = Job<JobData, unknown, 'call'>;

/** Which dead letters are meant. `group` is the id of a DeadLetterGroup. */
export type Selection =
  | 'all'
  | { readonly callIds: readonly string[] }
  | { readonly group: string }
  /** `field` with its object or without: `person.altur_status`, `altur_status`. */
  | { readonly code: string; readonly field?: string };

/** Read at once: events may be long. */
const PAGE = 200;
/** Call ids that a group names. */
const MAX_CALL_IDS = 20;

/** Page by page. Those that become dead letters meanwhile are not among them. */
export async function* deadLetters(
  queue: CallQueue,
  selection: Selection,
): AsyncGenerator<readonly DeadLetter[]> {
  const ids = await idsOf(queue, selection);
  for (let start = 0; start < ids.length; start += PAGE) {
    const jobs = await Promise.all(ids.slice(start, start + PAGE).map((id) => queue.getJob(id)));
    yield jobs.filter((job) => job !== undefined && isMeant(job, selection)) as DeadLetter[];
  }
}

/** Calls of `callIds` that are no dead letters. */
export async function withoutDeadLetter(queue: CallQueue, callIds: readonly string[]): Promise<string[]> {
  const jobs = await findJobsOfCalls(queue, callIds);
  return callIds.filter((callId) => !jobs.get(callId)!.some(({ state }) => state === 'failed'));
}

/** The largest first. */
export async function groupDeadLetters(queue: CallQueue): Promise<readonly DeadLetterGroup[]> {
  const groups = new Map<string, DeadLetterGroup>();
  for await (const page of deadLetters(queue, 'all')) {
    for (const job of page) {
      const id = groupIdOf(job);
      groups.set(id, withJob(groups.get(id), id, job));
    }
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count);
}

export function callIdOf(job: DeadLetter): string {
  try {
    return decode(job.data).event.id;
  } catch {
    return job.id ?? '?';
  }
}

/** `person.altur_status`; absent where the CRM names no field. */
export function fieldsOf({ object, fields = [] }: Pick<JobCause, 'object' | 'fields'>): readonly string[] {
  return fields.map((field) => (object === undefined ? field : `${object}.${field}`));
}

async function idsOf(queue: CallQueue, selection: Selection): Promise<readonly string[]> {
  if (selection === 'all' || !('callIds' in selection)) return queue.getRanges(['failed'], 0, -1);
  const jobs = await findJobsOfCalls(queue, [...new Set(selection.callIds)]);
  return [...jobs.values()].flat().flatMap(({ id, state }) => (state === 'failed' ? id : []));
}

function isMeant(job: DeadLetter, selection: Selection): boolean {
  if (selection === 'all' || 'callIds' in selection) return true;
  if ('group' in selection) return groupIdOf(job) === selection.group;
  const cause = causeOf(job);
  if (codeOf(cause) !== selection.code) return false;
  const { field } = selection;
  return field === undefined || fieldsOf(cause).includes(field) || (cause.fields?.includes(field) ?? false);
}

/** A job that BullMQ itself failed has no cause: it stalled too often, or could not be read. */
const codeOf = ({ code }: JobCause) => code ?? 'UNEXPECTED_ERROR';

function groupIdOf(job: DeadLetter): string {
  const cause = causeOf(job);
  return [codeOf(cause), cause.object, ...(cause.fields ?? [])].filter(Boolean).join(' ');
}

function withJob(group: DeadLetterGroup | undefined, id: string, job: DeadLetter): DeadLetterGroup {
  const { object, fields, ...cause } = causeOf(job);
  const at = job.finishedOn ?? job.timestamp;
  const isNewest = group === undefined || at >= group.newestAt;
  const callIds = group?.callIds ?? [];
  return {
    id,
    code: codeOf(cause),
    ...(object && { object }),
    ...(fields && { fields }),
    reason: isNewest ? job.failedReason : group.reason,
    count: (group?.count ?? 0) + 1,
    oldestAt: Math.min(group?.oldestAt ?? at, at),
    newestAt: Math.max(group?.newestAt ?? at, at),
    callIds: callIds.length < MAX_CALL_IDS ? [...callIds, callIdOf(job)] : callIds,
  };
}
