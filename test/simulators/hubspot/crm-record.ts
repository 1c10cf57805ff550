/** A record as HubSpot keeps it. */
export interface CrmRecord {
  readonly id: string;
  /** Only properties with a value. */
  readonly properties: Readonly<Record<string, string>>;
  /** Properties that had a value and lost it: they are answered as `""`, those never set as null. */
  readonly cleared?: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
}
