/** Whose CRM it is. A part of the contract in connector.ts, from which it is imported. */

/** The portal or org that the credentials belong to. */
export interface CrmAccount {
  /** HubSpot's portal id, Salesforce's organization id. */
  readonly id: string;
  /** As its users know it. */
  readonly name: string;
  /** Where its users sign in; links to records begin with it. */
  readonly url?: string;
}

/** `Acme (12345678)`, in messages. */
export function accountText({ id, name }: Pick<CrmAccount, 'id' | 'name'>): string {
  return name === id ? id : `${name} (${id})`;
}
