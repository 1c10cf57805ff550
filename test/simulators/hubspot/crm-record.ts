/** A record as HubSpot keeps it. */
export interface CrmRecord {
  readonly id: string;
  /** Only properties with a value. */
  readonly properties: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}
