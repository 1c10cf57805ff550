/** What must be true once everything is written: compared with what was delivered. */
import { type CrmRecord, KEY } from './crm/records.ts';
import { contentOf, nameOf, statusOf } from './mapping.ts';
import type { CallContent, Plan } from './plan.ts';
import type { Servers } from './worker-process.ts';

/** `deleted`: people whose record somebody has deleted; what it held is gone. */
export function* checkEnd(
  plan: Plan,
  { queue, records }: Servers,
  deleted: ReadonlySet<number>,
): Generator<string> {
  const jobs = [...queue.jobs.values()].map((job) => {
    const { event, receivedAt } = JSON.parse(job.json);
    return { job, receivedAt: receivedAt as number, content: contentOf(event) };
  });
  for (const { job, content } of jobs) {
    if (job.state === 'failed' && !content.isRejected)
      yield `${statusOf(content)} is a dead letter: ${job.failedReason}`;
    if (job.state !== 'failed' && content.isRejected && isLatest(content, jobs))
      yield `${statusOf(content)} is not a dead letter, although the CRM rejects it`;
  }
  const latest = [...Map.groupBy(jobs, ({ content }) => content.callId).values()].map(
    (versions) => versions.toSorted((a, b) => b.receivedAt - a.receivedAt)[0]!,
  );
  for (const { content } of plan.deliveries)
    if (!jobs.some((job) => job.content.callId === content.callId))
      yield `${content.callId} was never stored`;

  for (const { content, receivedAt } of latest) {
    const isTied = jobs.some(
      (job) =>
        job.receivedAt === receivedAt && job.content.callId === content.callId && job.content !== content,
    );
    yield* checkCall(content, plan, records.all('call'), records.all('person'), deleted, isTied);
    const tasks = records.all('task').filter(({ fields }) => fields.title === content.callId).length;
    const expected = content.followUp ? 1 : 0;
    if (tasks !== expected && !(content.isRejected && tasks < 2))
      yield `${content.callId} has ${tasks} follow-ups`;
  }
  for (const [index, person] of plan.people.entries()) {
    const calls = latest.map(({ content }) => content).filter((content) => content.person === index);
    const found = records.all('person').filter(({ fields }) => fields.phone === person.phone);
    yield* checkPerson(calls, found, index, nameOf(person), deleted.has(index));
  }
  const strangers = records.all('person').filter(({ fields }) => fields.phone === undefined);
  if (strangers.length > 0)
    yield `${strangers.length} people have no number: ${strangers.map(({ fields }) => fields[KEY])}`;
}

function isLatest(
  content: CallContent,
  jobs: readonly { content: CallContent; receivedAt: number }[],
): boolean {
  const versions = jobs.filter((job) => job.content.callId === content.callId);
  return versions.length === 1;
}

function* checkCall(
  { callId, version, person, isRejected }: CallContent,
  plan: Plan,
  calls: readonly CrmRecord[],
  people: readonly CrmRecord[],
  deleted: ReadonlySet<number>,
  isTied: boolean,
): Generator<string> {
  const found = calls.filter(({ fields }) => fields.title === callId);
  if (isRejected) return;
  const [call] = found;
  if (!call) return yield `${callId} is lost`;
  if (found.length > 1) return yield `${callId} is there ${found.length} times`;
  if (call.fields.version !== String(version) && !isTied)
    yield `${callId} has version ${call.fields.version}, not ${version}`;
  if (person === undefined || deleted.has(person)) return;
  const [id, ...others] = call.persons;
  const owner = people.find((record) => record.id === id);
  if (owner?.fields.phone !== plan.people[person]!.phone || others.length > 0)
    yield `${callId} is linked to ${[...call.persons].join(', ') || 'nobody'}`;
}

function* checkPerson(
  calls: readonly CallContent[],
  found: readonly CrmRecord[],
  index: number,
  name: string,
  wasDeleted: boolean,
): Generator<string> {
  if (calls.length === 0) return;
  const who = `person ${index}`;
  const written = calls.filter(({ isRejected }) => !isRejected);
  if (found.length > 1) yield `${who} is there ${found.length} times`;
  const [record] = found;
  if (wasDeleted) return;
  if (!record) {
    if (written.length > 0) yield `${who} is lost`;
    return;
  }
  // A call that is rejected may have written its person before.
  const [newest] = written.toSorted((a, b) => b.endedAtMs - a.endedAtMs);
  const isRight = (status: string) =>
    (newest && status === statusOf(newest)) ||
    calls.some(({ isRejected, callId, endedAtMs }) => {
      return isRejected && endedAtMs > (newest?.endedAtMs ?? 0) && status.startsWith(`${callId} `);
    });
  if (newest && !isRight(record.fields.status ?? ''))
    yield `${who} has the status of ${record.fields.status}, not of ${statusOf(newest)}`;
  const tags = (record.fields.tags ?? '').split(';');
  const missing = written.filter(({ callId }) => !tags.includes(callId)).map(({ callId }) => callId);
  if (missing.length > 0) yield `${who} lacks what was added by ${missing.join(', ')}`;
  if (written.length > 0 && record.fields.name !== name) yield `${who} has the name ${record.fields.name}`;
}
