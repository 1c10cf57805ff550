/** Puts dead letters back into the queue, or discards them. */
import { clientOf } from '../queue/call-queue.ts';
import { openDiscardedCalls } from '../queue/discarded-calls.ts';
import { causeOf } from '../queue/job-cause.ts';
import { BEHIND_LIVE_CALLS, type CallQueue } from '../queue/queue.ts';
import { type ActionParts, audit } from './actor.ts';
import { callIdOf, type DeadLetter, deadLetters, type Selection } from './dead-letters.ts';

export interface DeadLetterAction extends ActionParts {
  readonly queue: CallQueue;
  /** Called with each one before anything is done to it: afterwards it no longer holds its reason. */
  onEach?(job: DeadLetter): void;
  /** Called after each page, with the number of those done so far. */
  onProgress?(done: number): void;
  /** For the history of these calls. */
  record?(callIds: readonly string[]): Promise<void>;
}

export interface Acted {
  readonly callIds: readonly string[];
}

/** Behind the live calls, however many they are. Doing it twice at once does it once. */
export function retryDeadLetters(action: DeadLetterAction, selection: Selection): Promise<Acted> {
  return actOn(action, 'retry', selection, async (job) => {
    await job.updateProgress({ ...causeOf(job), retriedAt: Date.now() });
    await job.changePriority({ priority: BEHIND_LIVE_CALLS });
    await job.retry('failed', { resetAttemptsMade: true });
  });
}

/** The event is deleted. Altur may deliver it again; a reconcile leaves the call alone. */
export async function discardDeadLetters(action: DeadLetterAction, selection: Selection): Promise<Acted> {
  const redis = await clientOf(action.queue);
  const discarded = openDiscardedCalls(redis);
  return actOn(action, 'discard', selection, async (job) => {
    // First: in between, a reconcile would find the call nowhere.
    await discarded.add([callIdOf(job)]);
    await job.remove();
  });
}

async function actOn(
  action: DeadLetterAction,
  name: 'retry' | 'discard',
  selection: Selection,
  act: (job: DeadLetter) => Promise<void>,
): Promise<Acted> {
  const callIds: string[] = [];
  try {
    for await (const page of deadLetters(action.queue, selection)) {
      for (const job of page) action.onEach?.(job);
      const done = await Promise.allSettled(page.map((job) => unlessElsewhere(job, act(job))));
      const acted = page.filter((_, index) => {
        const result = done[index]!;
        return result.status === 'fulfilled' && result.value;
      });
      const some = acted.map(callIdOf);
      callIds.push(...some);
      await action.record?.(some);
      action.onProgress?.(callIds.length);
      const failure = done.find((result) => result.status === 'rejected');
      if (failure) throw failure.reason;
    }
  } finally {
    // Also of a part: Redis may stop answering in the middle.
    const code = typeof selection === 'object' && 'code' in selection ? { code: selection.code } : {};
    audit(action, { action: name, callIds, ...code });
  }
  return { callIds };
}

/** False when somebody else put the job back, or discarded it, meanwhile. */
async function unlessElsewhere(job: DeadLetter, done: Promise<void>): Promise<boolean> {
  try {
    await done;
    return true;
  } catch (error) {
    if (await job.isFailed()) throw error;
    return false;
  }
}
