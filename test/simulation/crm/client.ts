/** The simulated CRM as the engine sees it. */
import type { CrmObject, CrmSchema, FieldValue, Person } from '../../../connectors/connector.ts';
import type { ActivityDraft, ActivityKeys, CrmClient } from '../../../connectors/engine/crm.ts';
import type { Link, Linker } from '../../../connectors/engine/linker.ts';
import { identitiesOf } from '../../../connectors/engine/persons/identities.ts';
import type { Candidate } from '../../../connectors/engine/persons/match.ts';
import type { RowGroup } from '../../../connectors/engine/rows/pack.ts';
import type { Row } from '../../../connectors/engine/rows/row.ts';
import type { GroupResponse, RowResponse } from '../../../connectors/engine/rows/row-sender.ts';
import { type CrmRecord, type CrmRecords, KEY } from './records.ts';
import type { CrmRequests, RowFault } from './requests.ts';

type ActivityObject = Exclude<CrmObject, 'person'>;

export interface ClientParts {
  readonly records: CrmRecords;
  readonly requests: CrmRequests;
  readonly nests: boolean;
  readonly searchLagMs: number;
}

/** Small, so that a run of few calls has several groups and requests. */
const ROWS_PER_GROUP = 4;

export class SimulatedClient implements CrmClient {
  readonly crm = 'the simulated CRM';
  readonly personTitle = 'person';
  readonly keyFields = { person: KEY, call: KEY, task: KEY };
  readonly schema: CrmSchema;
  readonly nests: boolean;
  readonly limits;
  readonly #parts: ClientParts;

  constructor(parts: ClientParts, schema: CrmSchema) {
    this.#parts = parts;
    this.schema = schema;
    this.nests = parts.nests;
    this.limits = {
      rowsPerGroup: ROWS_PER_GROUP,
      groupsPerRequest: parts.nests ? 3 : 1,
      bytesPerRequest: 100_000,
      groupOf: ({ object, operation }: Row) => `${object} ${operation}`,
    };
  }

  activityKeys(): ActivityKeys {
    return this.nests ? 'unique' : 'upsert';
  }

  requiredFields(): readonly string[] {
    return [KEY, 'title'];
  }

  find(people: readonly Person[], _fields: readonly string[], signal?: AbortSignal) {
    const { keys, recordIds, phones } = identitiesOf(people);
    const numbers = phones.map(({ e164 }) => e164);
    const { searchLagMs } = this.#parts;
    return this.#read('find', signal, ({ id, fields, createdAt }) => {
      const isSearchable = createdAt + searchLagMs <= Date.now();
      const hasNumber = isSearchable && numbers.includes(fields.phone ?? '');
      return keys.includes(fields[KEY] ?? '') || recordIds.includes(id) || hasNumber;
    });
  }

  readPeople(ids: readonly string[], _fields: readonly string[], signal?: AbortSignal) {
    return this.#read('read', signal, ({ id }) => ids.includes(id));
  }

  async findActivities(object: ActivityObject, keys: readonly string[], signal?: AbortSignal) {
    if (keys.length === 0) return new Map<string, string>();
    const { requests, records } = this.#parts;
    const found = await requests.send(
      `find ${object}`,
      () => keys.map((key) => records.withKey(object, key)?.id),
      signal,
    );
    return new Map(keys.flatMap((key, index) => (found[index] ? [[key, found[index]] as const] : [])));
  }

  toRecordId(text: string): string | undefined {
    return /^p\d+$/.test(text) ? text : undefined;
  }

  encode(value: FieldValue): string {
    return Array.isArray(value) ? value.join(';') : String(value);
  }

  completeActivity({ fields }: ActivityDraft) {
    return fields;
  }

  send(groups: readonly RowGroup[], signal: AbortSignal | undefined): Promise<readonly GroupResponse[]> {
    const { requests } = this.#parts;
    const names = groups.map((group) => group.map(({ name, operation }) => `${operation} ${name}`).join(','));
    return requests.send(names.join('|'), (fault) => this.#write(groups, fault), signal);
  }

  linkers(): readonly Linker[] {
    if (this.nests) return [];
    const { requests, records } = this.#parts;
    const link = (links: readonly Link[], signal?: AbortSignal) =>
      requests.send(
        'link',
        (fault) => {
          const made = fault?.what === 'part' ? links.slice(0, fault.row) : links;
          const gone = made.filter(({ to }) => records.get(to)?.object !== 'person');
          for (const { from, to } of made)
            if (!gone.some((each) => each.to === to)) records.get(from)!.persons.add(to);
          const unconfirmed =
            fault?.what === 'locked' || fault?.what === 'unreported' ? made.slice(fault.row) : [];
          const rejection = { kind: 'gone', code: 'GONE', fields: [] } as const;
          return { unconfirmed, rejected: gone.map((each) => ({ ...each, rejection })) };
        },
        signal,
      );
    return [{ linksPerRequest: ROWS_PER_GROUP, target: 'person', link }];
  }

  #write(groups: readonly RowGroup[], fault: RowFault | undefined): readonly GroupResponse[] {
    let count = 0;
    return groups.map((group) => {
      const responses = new Map<string, RowResponse>();
      for (const row of group) {
        count += 1;
        const isAfter = fault !== undefined && count > fault.row;
        if (fault?.what === 'part' && isAfter) continue;
        const response =
          fault?.what === 'locked' && isAfter
            ? LOCKED
            : this.#parts.records.write(this.nests ? row : withoutParent(row));
        if (!(fault?.what === 'unreported' && count === fault.row + 1)) responses.set(row.name, response);
      }
      return { rows: responses };
    });
  }

  #read(
    what: string,
    signal: AbortSignal | undefined,
    isFound: (record: CrmRecord) => boolean,
  ): Promise<readonly Candidate[]> {
    const { requests, records } = this.#parts;
    return requests.send(what, () => records.all('person').filter(isFound).map(candidateOf), signal);
  }
}

const LOCKED: RowResponse = {
  status: 'rejected',
  rejection: { kind: 'temporary', code: 'ROW_LOCKED', fields: [] },
};

/** Where activities are linked in a request of its own. */
function withoutParent({ parentId: _, parentKey: __, ...row }: Row): Row {
  return row;
}

function candidateOf({ id, createdAt, fields }: CrmRecord): Candidate {
  const { phone, [KEY]: key } = fields;
  return {
    id,
    createdAt,
    phones: phone === undefined ? [] : [phone],
    values: new Map(Object.entries(fields)),
    ...(key !== undefined && { key }),
  };
}
