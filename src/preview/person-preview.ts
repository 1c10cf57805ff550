/** Who the person of a call is in the CRM. */
import type {
  ConnectorDefinition,
  CrmAccount,
  Identity,
  LookedUpPerson,
  Person,
} from '../../connectors/connector.ts';

export interface PersonPreview {
  readonly key: string;
  /** The person is looked up by these, in order. */
  readonly identities: readonly Identity[];
  /** Absent unless the CRM was asked. */
  readonly lookedUp?: PersonRecord;
}

export interface PersonRecord
  extends Pick<
    LookedUpPerson,
    'match' | 'matchedBy' | 'assignedKey' | 'linkOnly' | 'logsCalls' | 'rejected'
  > {
  /** The record that is used. */
  readonly record?: RecordReference;
  /** All that match by `matchedBy`. */
  readonly candidates: readonly RecordReference[];
}

export interface RecordReference {
  readonly id: string;
  /** Where people open it; absent where that is not known. */
  readonly url?: string;
}

export function personPreview(
  { key, identities }: Person,
  lookedUp: LookedUpPerson | undefined,
  definition: ConnectorDefinition,
  account: CrmAccount | undefined,
): PersonPreview {
  if (!lookedUp) return { key, identities };
  const toReference = (id: string): RecordReference => {
    const url = account && definition.recordUrl?.(account, 'person', id);
    return { id, ...(url !== undefined && { url }) };
  };
  const { recordId, candidates, current: _, written: __, notWritten: ___, ...facts } = lookedUp;
  return {
    key,
    identities,
    lookedUp: {
      ...facts,
      ...(recordId !== undefined && { record: toReference(recordId) }),
      candidates: candidates.map(toReference),
    },
  };
}
