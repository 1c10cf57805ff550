/** The dead letters: by call, by cause or all of them. */
import type { Job } from 'bullmq';
import { callIdIn, decode, type JobData } from '../queue/job.ts';
import { causeId, deadLetterCause, type JobCause } from '../queue/job-cause.ts';
import { type CallQueue, findJobs } from '../queue/queue.ts';

export type DeadLetter = Job<JobData, unknown, 'call'>;

/** Which dead letters are meant. `group` is the id of a DeadLetterGroup (src/monitoring). */
export type Selection =
  | 'all'
  | { readonly callIds: readonly string[] }
  | { readonly group: string }
  /** `field` with its object or without: `person.altur_status`, `altur_status`. */
  | { readonly code: string; readonly field?: string };

/** Read at once: events may be long. */
const PAGE = 200;

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
  const jobs = await findJobs(queue, callIds);
  return callIds.filter((callId) => !jobs.get(callId)!.some(({ state }) => state === 'failed'));
}

/** Of one whose event cannot be read and whose job id does not hold it: the job id. */
export function callIdOf(job: DeadLetter): string {
  const jobId = job.id!;
  try {
    return callIdIn(jobId) ?? decode(job.data).event.id;
  } catch {
    return jobId;
  }
}

/** `person.altur_status`; absent where the CRM names no field. */
export function fieldsOf({ object, fields = [] }: Pick<JobCause, 'object' | 'fields'>): readonly string[] {
  return fields.map((field) => (object === undefined ? field : `${object}.${field}`));
}

async function idsOf(queue: CallQueue, selection: Selection): Promise<readonly string[]> {
  if (selection === 'all' || !('callIds' in selection)) return queue.getRanges(['failed'], 0, -1);
  const jobs = await findJobs(queue, [...new Set(selection.callIds)]);
  return [...jobs.values()].flat().flatMap(({ id, state }) => (state === 'failed' ? id : []));
}

function isMeant(job: DeadLetter, selection: Selection): boolean {
  if (selection === 'all' || 'callIds' in selection) return true;
  const cause = deadLetterCause(job);
  if ('group' in selection) return causeId(cause) === selection.group;
  if (cause.code !== selection.code) return false;
  const { field } = selection;
  return field === undefined || fieldsOf(cause).includes(field) || (cause.fields?.includes(field) ?? false);
}
