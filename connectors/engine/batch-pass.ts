/**
 * One pass over the calls of a batch:
 *   resolve the persons → mark them pending → write persons and activities → follow what changed → link → cache
 *
 * Persons come before their activities. Where an activity may name a person who is created in the same request, both
 * are sent together; otherwise activities wait for the ids of their persons, and those whose person was not written
 * are not sent.
 */
import type { CallRecord, LastWrites, MatchPolicy, Person, PersonCache } from '../connector.ts';
import { activityRows, type BatchEntry, type PlannedActivity, plannedActivities } from './activity-rows.ts';
import type { CrmClient, Related } from './crm.ts';
import { findActivityIds, followActivities, followPersons } from './follow-changes.ts';
import { type ActivityLinks, linkActivities } from './links.ts';
import type { BatchResults } from './outcomes.ts';
import { markPending, withoutForeignRecords, withoutRecords } from './persons/cache.ts';
import { type FoundOut, NOTHING_FOUND_OUT } from './persons/found-out.ts';
import { withoutOutdated } from './persons/last-writes.ts';
import type { PersonMatch } from './persons/match.ts';
import { mergeCalls } from './persons/merge-calls.ts';
import { noteMatches } from './persons/note-matches.ts';
import { personRowName, personRows } from './persons/person-rows.ts';
import { resolvePeople } from './persons/resolve.ts';
import { renewedTexts } from './renewed-lines.ts';
import type { CrmHealth } from './rows/crm-health.ts';
import { PARENT_MISSING, recordStays } from './rows/rejection.ts';
import type { RequestBudget } from './rows/request-budget.ts';
import { type Row, rejectionOf, writtenId } from './rows/row.ts';
import { RowWriter } from './rows/row-writer.ts';

export interface SyncParts {
  readonly client: CrmClient;
  readonly policy: MatchPolicy;
  readonly cache: PersonCache;
  readonly lastWrites: LastWrites;
  readonly health: CrmHealth;
  /** For a dry run: told who each person turned out to be, before anything is written. */
  observeMatch?(person: Person, match: PersonMatch): void;
}

export interface PassResult {
  readonly entries: readonly BatchEntry[];
  readonly results: BatchResults;
  /** The CRM reported a field as missing. */
  readonly sawMissingField: boolean;
}

const UNRELATED: Related = { fields: new Map(), skipped: [] };

export class BatchPass {
  readonly #parts: SyncParts;
  readonly #budget: RequestBudget;
  readonly #signal: AbortSignal | undefined;
  readonly #writer: RowWriter;
  /** The record that a match turned out to be, by the name of its row. */
  readonly #moved = new Map<string, PersonMatch>();
  readonly #links: ActivityLinks = { unconfirmed: new Set(), rejected: new Map() };
  /** By the pass before this one. */
  readonly #found: FoundOut;
  #matches: readonly PersonMatch[] = [];

  constructor(
    parts: SyncParts,
    budget: RequestBudget,
    signal: AbortSignal | undefined,
    found: FoundOut = NOTHING_FOUND_OUT,
  ) {
    this.#parts = parts;
    this.#found = found;
    this.#budget = budget;
    this.#signal = signal;
    this.#writer = new RowWriter(parts.client, { budget, health: parts.health, signal });
  }

  async run(records: readonly CallRecord[]): Promise<PassResult> {
    const { client, cache } = this.#parts;
    const byKey = await this.#resolve(records);
    this.#matches = [...new Set(byKey.values())];
    const entries = records.map((record): BatchEntry => {
      return { record, match: record.person && byKey.get(record.person.key) };
    });
    const { goneIds } = this.#found;
    await markPending(this.#matches, cache, goneIds);
    for (const match of this.#matches)
      if (match.rejection)
        this.#writer.results.set(personRowName(match), { status: 'rejected', rejection: match.rejection });
    const people = await personRows(client, this.#matches, this.#signal);
    const planned = await this.#withExistingIds(entries.flatMap((entry) => plannedActivities(client, entry)));
    const rows = activityRows(client, planned, await this.#relate());
    if (client.nests) await this.#writeTogether(people, planned, rows);
    else await this.#writeInTurn(people, planned, rows);

    const { crm, personTitle } = client;
    const { results, sawMissingField } = this.#writer;
    const personIds = this.#personIds();
    await noteMatches(
      { matches: this.#matches, moved: this.#moved, results, personIds, goneIds },
      this.#parts,
    );
    const links = this.#links;
    return { entries, sawMissingField, results: { crm, personTitle, rows: results, personIds, links } };
  }

  async #resolve(records: readonly CallRecord[]): Promise<ReadonlyMap<string, PersonMatch>> {
    const { client, cache, policy, lastWrites } = this.#parts;
    const fields = [...policy.ifEmpty, ...(policy.matchFields ?? [])];
    const people = [...mergeCalls(records).values()];
    const { successors, goneIds } = this.#found;
    const resolved = await resolvePeople(people, {
      cache: withoutRecords(withoutForeignRecords(cache, client), new Set(goneIds.values())),
      policy,
      successors,
      find: (unknown) => client.find(unknown, fields, this.#signal),
      ...(client.findMerged && {
        findMerged: (keys) => client.findMerged!(keys, fields, this.#signal),
      }),
    });
    const matches = await withoutOutdated(resolved, lastWrites);
    for (const person of people) this.#parts.observeMatch?.(person, matches.get(person.key)!);
    return matches;
  }

  async #writeTogether(people: readonly Row[], planned: readonly PlannedActivity[], rows: readonly Row[]) {
    await this.#writer.write([...people, ...rows]);
    await followPersons({ ...this.#batch(), rows: [...people, ...rows] });
    await followActivities({ ...this.#batch(), rows, planned });
  }

  async #writeInTurn(people: readonly Row[], planned: readonly PlannedActivity[], rows: readonly Row[]) {
    const { client } = this.#parts;
    await this.#writer.write(people);
    await followPersons({ ...this.#batch(), rows: people });
    const ids = this.#personIds();
    // Linked at once, so that a worker that is killed leaves as few unlinked activities as possible.
    for (const objects of client.linkers ? ([['call'], ['task']] as const) : ([['call', 'task']] as const)) {
      const some = this.#withParentIds(
        rows.filter(({ object }) => objects.some((each) => each === object)),
        ids,
      );
      await this.#writer.write(some);
      await followPersons({ ...this.#batch(), rows: some });
      await followActivities({ ...this.#batch(), rows: some, planned });
      const written = { rows: some, results: this.#writer.results, personIds: ids };
      const links = await linkActivities(client, objects[0], written, this.#budget, this.#signal);
      for (const name of links.unconfirmed) this.#links.unconfirmed.add(name);
      for (const [name, skipped] of links.rejected) this.#links.rejected.set(name, skipped);
    }
  }

  #batch() {
    const { client, policy } = this.#parts;
    return {
      client,
      policy,
      writer: this.#writer,
      signal: this.#signal,
      matches: this.#matches,
      moved: this.#moved,
    };
  }

  /**
   * Where the CRM keeps no unique key, activities that are there are found before they are written; so are those that
   * keep their fields.
   */
  async #withExistingIds(planned: readonly PlannedActivity[]): Promise<readonly PlannedActivity[]> {
    const { client } = this.#parts;
    const isKept = ({ object, entry }: PlannedActivity) =>
      object === 'call' && entry.record.keepCall === true;
    const sought = planned.filter((each) => {
      const mustBeSought = client.activityKeys(each.object) === 'search' || isKept(each);
      return each.existingId === undefined && mustBeSought;
    });
    const ids = await findActivityIds(client, sought, this.#signal);
    const known = planned.map((each) => {
      const existingId = each.existingId ?? ids.get(each.name);
      return { ...each, existingId, keepsFields: isKept(each) && existingId !== undefined };
    });
    const texts = await renewedTexts(client, known, this.#signal);
    return known.map((each) => ({ ...each, renewedTexts: texts.get(each.name) }));
  }

  async #relate(): Promise<Related> {
    const { client, policy } = this.#parts;
    const ids = this.#matches.flatMap(({ id }) => id ?? []);
    if (!client.relate || !policy.associate?.length || ids.length === 0) return UNRELATED;
    return client.relate(ids, this.#signal);
  }

  /**
   * Ids of persons' records by row name: of those written, of those that needed no writing, and of those whose update
   * was rejected though the record is there (locked, or against a rule): their activities are written.
   */
  #personIds(): ReadonlyMap<string, string> {
    return new Map(
      this.#matches.flatMap((match): [string, string][] => {
        const name = personRowName(match);
        const { results } = this.#writer;
        const rejection = rejectionOf(results, name);
        const untouched = !results.has(name) && match.action === 'update';
        const isThere = untouched || (rejection !== undefined && recordStays(rejection));
        const id = writtenId(results, name) ?? (isThere ? match.id : undefined);
        return id === undefined ? [] : [[name, id]];
      }),
    );
  }

  /** The rows with their person's id; a row whose person was not written is rejected. */
  #withParentIds(rows: readonly Row[], ids: ReadonlyMap<string, string>): Row[] {
    return rows.flatMap((row): Row[] => {
      if (row.parent === undefined) return [row];
      const parentId = ids.get(row.parent);
      if (parentId !== undefined) return [{ ...row, parentId }];
      this.#writer.results.set(row.name, { status: 'rejected', rejection: PARENT_MISSING });
      return [];
    });
  }
}
