/** What the Metadata API takes and answers, and what the org is seen to have. */
import type { Change, CrmObject } from '../connector.ts';
import type { OrgSchema } from './schema.ts';

interface UpsertResult {
  readonly success?: boolean;
  readonly created?: boolean;
  readonly errors?: { readonly message?: string } | readonly { readonly message?: string }[];
}

export interface Metadata {
  upsert(type: string, metadata: readonly object[] | object): Promise<UpsertResult | UpsertResult[]>;
}

export function toChange(object: CrmObject, fullName: string, result: UpsertResult | undefined): Change {
  if (result?.success) return { action: result.created ? 'created' : 'exists', object, name: fullName };
  const [error] = [result?.errors ?? []].flat();
  return { action: 'failed', object, name: fullName, detail: error?.message ?? 'Salesforce did not say why' };
}

/** What this user sees of the org. */
export type OrgFields = Pick<OrgSchema, 'person' | 'task'>;

export function describeOf(fullName: string, there: OrgFields | undefined) {
  const [owner, name = ''] = fullName.split('.');
  return (owner === 'Activity' ? there?.task : there?.person)?.get(name);
}
