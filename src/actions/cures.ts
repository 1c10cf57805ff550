/** Cures of causes that lie in the CRM: a field or an option that is missing is created. */
import type { Change, Connector, CrmObject, FieldDefinition } from '../../connectors/connector.ts';
import { OperatorError } from '../operator-error.ts';
import type { ProvisionNotice } from '../queue/provision-notice.ts';
import { type ActionParts, audit } from './actor.ts';

export interface CureParts extends ActionParts {
  readonly connector: Pick<Connector, 'name' | 'provision' | 'addOption'>;
  /** Workers read the CRM's fields again. */
  readonly notice: Pick<ProvisionNotice, 'publish'>;
}

/** The field as the mapping defines it; one that it does not name is for extracted data, and holds text. */
export function definitionOf(
  mapped: readonly FieldDefinition[],
  object: CrmObject,
  name: string,
): FieldDefinition {
  const found = mapped.find((field) => field.object === object && field.name === name);
  return found ?? { object, name, label: labelOf(name), type: 'text' };
}

/** What became of this field; of the keys and others only what failed. */
export async function createField(parts: CureParts, field: FieldDefinition): Promise<readonly Change[]> {
  const changes = await parts.connector.provision([field]);
  await parts.notice.publish();
  // Where one field of the mapping is several of the CRM's, none may have its name.
  const others = changes.filter(({ action, name }) => action !== 'exists' && name !== field.name);
  const own = changes.filter(({ object, name }) => object === field.object && name === field.name);
  const told = [...own, ...others];
  const result = told.some(({ action }) => action === 'failed') ? 'failed' : (told[0]?.action ?? 'exists');
  audit(parts, { action: 'create field', field: `${field.object}.${field.name}`, result });
  return told;
}

/** The option is not in the log: it came with a call. */
export async function addOption(
  parts: CureParts,
  { object, name, option }: { readonly object: CrmObject; readonly name: string; readonly option: string },
): Promise<Change> {
  const { connector, notice } = parts;
  if (!connector.addOption) {
    throw new OperatorError(`${connector.name} cannot add options: add it to ${name} in the CRM itself`, {
      code: 'OPTION_NOT_ADDED',
    });
  }
  const change = await connector.addOption(object, name, option);
  await notice.publish();
  audit(parts, { action: 'add option', field: `${object}.${name}`, result: change.action });
  return change;
}

/** `altur_payment_amount` → `Altur payment amount`; `Altur_Payment_Amount__c` → `Altur Payment Amount` */
function labelOf(name: string): string {
  const words = name.replace(/__c$/, '').split('_').filter(Boolean).join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
