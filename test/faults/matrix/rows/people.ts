/** Who the calls were with: order, search lag, merges and deletions. */
import { setTimeout as delay } from 'node:timers/promises';
import type { StoredPerson } from '../crm-state.ts';
import type { PlannedPerson } from '../plan.ts';
import type { Row, RunningRow } from '../row.ts';

export const peopleRows: readonly Row[] = [
  {
    name: 'out-of-order',
    title: 'the calls of 20 people, out of order, over two ingresses and two workers',
    ingresses: 2,
    population: () => ({ people: 20, changed: 0.3 }),
  },
  {
    name: 'search-lag',
    title: 'search is 10 s behind; 200 people on 50 phone numbers',
    population: (calls) => {
      const people = Math.min(200, calls);
      return { people, phones: Math.ceil(people / 4), withoutId: 0 };
    },
    simulator: (crm) => (crm === 'hubspot' ? { lagMs: 10_000 } : {}),
  },
  {
    name: 'merged-deleted',
    title: 'a user merges and deletes people meanwhile',
    population: () => ({ closes: true }),
    // The service learns of a merge when it writes to the two, in the first round. What then comes of the one, in the third,
    // is older than what came of the other, in the second.
    sends: ({ mergedInto }, { person, round }) => round === 1 || mergedInto.has(person) === (round === 3),
    during: mergeAndDelete,
  },
];

const ROUNDS = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

/** In each round a few of those who are in the CRM. */
async function mergeAndDelete(run: RunningRow): Promise<void> {
  const { world, sending, random, calls, mergedInto, deleted } = run;
  const people = new Map(calls.map(({ person }) => [person.name, person]));
  const touched = new Set<PlannedPerson>();
  for (const share of ROUNDS) {
    await sending.reaches(share);
    await delay(random.between(0, 500));
    const state = await world.crm.state();
    const known = state.people.flatMap((record) => {
      const person = people.get(nameOf(record));
      return person && !touched.has(person) ? [{ person, id: record.id }] : [];
    });
    const some = random.shuffled(known).slice(0, Math.ceil(people.size * 0.03) * 3);
    for (const { person } of some) touched.add(person);
    for (let index = 0; index + 2 < some.length; index += 3) {
      const [gone, kept, merged] = [some[index]!, some[index + 1]!, some[index + 2]!];
      await remove(run, gone.id, deleted);
      await merge(run, kept.id, merged.id);
      mergedInto.set(merged.person, kept.person);
    }
  }
}

const nameOf = ({
  fields: { firstname, lastname, FirstName = firstname, LastName = lastname },
}: StoredPerson) => `${FirstName} ${LastName}`;

/** The activities of a contact that is deleted stay, without it. */
async function remove({ world: { crm } }: RunningRow, id: string, deleted: Set<string>): Promise<void> {
  deleted.add(id);
  if (crm.kind === 'salesforce') return void (await crm.control('remove', { object: 'Contact', id }));
  const { linked } = (await crm.control('remove', { type: 'contacts', id })) as { linked: { id: string }[] };
  for (const activity of linked) deleted.add(activity.id);
}

async function merge({ world: { crm } }: RunningRow, kept: string, merged: string): Promise<void> {
  if (crm.kind === 'hubspot') await crm.control('merge', { primary: kept, secondary: merged });
  else await crm.control('merge', { object: 'Contact', id: merged, intoId: kept });
}
