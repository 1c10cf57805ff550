/** What is in a CRM, in the form in which both are compared. Values are text; absent ones are ''. */

export interface StoredPerson {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface StoredActivity {
  readonly id: string;
  /** Ids of the people it is linked to. */
  readonly people: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
  /** Title and body: whatever text it holds. */
  readonly text: string;
}

export interface CrmState {
  readonly people: readonly StoredPerson[];
  readonly calls: readonly StoredActivity[];
  readonly followUps: readonly StoredActivity[];
}
