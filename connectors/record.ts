/**
 * The neutral records that pass between the core and a CRM: the CRM's fields, a call mapped onto them, and its outcome.
 * A part of the contract in connector.ts, from which it is imported.
 */

/** The three kinds of CRM record a call turns into. */
export type CrmObject = 'person' | 'call' | 'task';

/** A field's type in neutral terms; each connector translates its CRM's own types to these. */
export type FieldType = 'text' | 'number' | 'boolean' | 'date' | 'datetime' | 'option' | 'options';

/**
 * A value already coerced to its field's type: text and option a string, number and boolean themselves, date
 * `YYYY-MM-DD`, datetime ISO 8601 in UTC with milliseconds, options the list of option values.
 * `''` (or `[]` for options) empties the field.
 */
export type FieldValue = string | number | boolean | readonly string[];

/** A field as the CRM describes it. */
export interface CrmField {
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  /** May be set when a record is created, and when it is updated. */
  readonly createable: boolean;
  readonly updateable: boolean;
  /** In characters; absent when the CRM states none. */
  readonly maxLength?: number;
  /** How many of them a line break counts as; absent when it counts as one. */
  readonly lineBreakLength?: number;
  /** The option values the CRM accepts; absent when it accepts any. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  /** Values that the CRM knows and accepts no longer. */
  readonly inactiveOptions?: readonly string[];
  /** What users see in place of a value, where the CRM accepts other values too; of `options`, their own labels. */
  readonly valueLabels?: Readonly<Record<string, string>>;
  /** The CRM rejects a second record with the same value. */
  readonly unique?: boolean;
  /** Values are hidden from users and keys that lack a right of their own; the CRM's name for how sensitive they are. */
  readonly sensitivity?: string;
  /** Holds a phone number, as people write it. */
  readonly holdsPhone?: boolean;
  /** `html`: the CRM renders the text as HTML, so foreign text in it must be escaped. */
  readonly markup?: 'html';
}

export type CrmFields = ReadonlyMap<string, CrmField>;
export type CrmSchema = Readonly<Record<CrmObject, CrmFields>>;

/**
 * When a field is written: `always`; `newest` only if no later call has written it yet; `if-empty` only when
 * the CRM's field is empty; `append` adds to what a list already holds.
 */
export type WriteRule = 'always' | 'newest' | 'if-empty' | 'append';

export interface FieldWrite {
  readonly field: string;
  readonly value: FieldValue;
  readonly when: WriteRule;
  /** For `newest`: when the call that says so ended, ms since the epoch. */
  readonly asOf?: number;
  /** Of a call: it is as well known as ever, so it is written to a call that keeps its fields (`keepCall`) too. */
  readonly evenIfKept?: true;
}

/** A phone number in the forms a CRM may hold it under. */
export interface Phone {
  /** Canonical E.164: `+525512345678`, never `+521…`. */
  readonly e164: string;
  /** National significant numbers, digits only, canonical first: `5512345678`, `15512345678`. */
  readonly national: readonly string[];
  /** Whole texts, for CRMs that compare exactly: `+525512345678`, `5512345678`, `(55) 1234-5678`, … */
  readonly textForms: readonly string[];
}

/** One way to find a person; a person's identities are tried in order. */
export type Identity =
  | { readonly by: 'key'; readonly value: string }
  /** `former`: the record had this id before it was merged into another one, whose id it is to lead to. */
  | { readonly by: 'record-id'; readonly value: string; readonly former?: true }
  | { readonly by: 'field'; readonly field: string; readonly value: string }
  | { readonly by: 'phone'; readonly phone: Phone };

export interface Person {
  /** Unique in the CRM: the customer's own id (`f_id`), or `phone:<E.164>` when there is none. */
  readonly key: string;
  /** The key is the customer's own id (`f_id`), so a record that carries another such id is somebody else. */
  readonly hasExternalId: boolean;
  readonly identities: readonly Identity[];
  readonly fields: readonly FieldWrite[];
  /** Calls are linked to this person if the CRM has one; nothing is written to it and nobody is created. */
  readonly linkOnly?: boolean;
}

export interface Activity {
  readonly fields: readonly FieldWrite[];
  /** Of a call that keeps its fields (`keepCall`): lines of its texts that are renewed. */
  readonly renewedLines?: readonly RenewedLine[];
}

/** Replaces the first line of a text that holds one of the marks; a text without such a line stays as it is. */
export interface RenewedLine {
  readonly field: string;
  /** Of these and of `line`: as they stand in the field, escaped where it is HTML. */
  readonly marks: readonly string[];
  readonly line: string;
}

export interface FollowUp extends Activity {
  /** Unique in the CRM: `<call id>:<rule>`. */
  readonly key: string;
}

/** One call, mapped. Several records of a batch may be about one person: each carries what its own call says of them. */
export interface CallRecord {
  /** Unique in the CRM. Foreign data: never used raw in a URL or a query. */
  readonly callId: string;
  /** When the call ended, ms since the epoch. */
  readonly endedAt: number;
  /** Absent: nobody can be identified, the call is logged on its own. */
  readonly person?: Person;
  /** Absent: the mapping says not to log this call. */
  readonly call?: Activity;
  readonly tasks: readonly FollowUp[];
  /** The records an earlier version of this event was written to: update these instead of creating. */
  readonly existing?: RecordIds;
  /** An earlier version of this event may have been written, though nothing is known of it: update what is there. */
  readonly possiblyWritten?: boolean;
  /**
   * A call that the CRM has keeps its fields, but those marked `evenIfKept` and its `renewedLines`; its links, its person
   * and its tasks are written. For a call that is known less completely now than when it was written.
   */
  readonly keepCall?: boolean;
  /** Fields the mapping skipped; the outcome repeats them. */
  readonly skippedFields: readonly SkippedField[];
}

/** Ids of the CRM records; tasks by their key. */
export interface RecordIds {
  readonly person?: string;
  readonly call?: string;
  readonly tasks?: Readonly<Record<string, string>>;
}

/** Whether the records of one call are in the CRM; absent for those that were not asked for, or cannot be read by id. */
export interface RecordStates {
  readonly person?: RecordState;
  readonly call?: RecordState;
  /** By key. */
  readonly tasks?: Readonly<Record<string, RecordState>>;
  /** Is the call linked to the person, or to the record that it became? */
  readonly linked?: boolean;
}

export type RecordState = 'present' | 'gone';

/** A field that was not written although the mapping names it, and why. Never holds the value. */
export interface SkippedField {
  readonly object: CrmObject;
  readonly field: string;
  /** Stable, in capitals, such as `FIELD_MISSING`. */
  readonly code: string;
  readonly reason: string;
}

/** Why a call has no person: the event names nobody, nobody was found and nobody is created, or several were found. */
export type Unassigned = 'NO_IDENTITY' | 'NO_MATCH' | 'SEVERAL_MATCHES';

/**
 * The outcome of one record. `retry`: this record failed temporarily (row lock, conflict); it counts as an attempt
 * unless `uncounted`. `dead-letter`: it will fail again until a person acts. `code` is stable, in capitals; `reason`
 * says what to do and holds no personal data.
 */
export type Outcome =
  | {
      readonly status: 'synced';
      readonly records: RecordIds;
      readonly skippedFields: readonly SkippedField[];
      readonly note?: string;
      readonly unassigned?: Unassigned;
    }
  | { readonly status: 'retry'; readonly code: string; readonly reason: string; readonly uncounted?: boolean }
  | {
      readonly status: 'dead-letter';
      readonly code: string;
      readonly reason: string;
      /** What is rejected: the record, and its fields where the CRM names them. */
      readonly object?: CrmObject;
      readonly fields?: readonly string[];
    };

/**
 * The names by which a person is cached and leased, the surest first: `key:<person key>`, `phone:<E.164>`. A key made of
 * a phone number is the number's own name: a person who turns out to have the number is found under it.
 */
export function identityNames({ key, identities }: Pick<Person, 'key' | 'identities'>): string[] {
  const names = [key.startsWith('phone:') ? key : `key:${key}`];
  for (const identity of identities) if (identity.by === 'phone') names.push(`phone:${identity.phone.e164}`);
  return [...new Set(names)];
}
