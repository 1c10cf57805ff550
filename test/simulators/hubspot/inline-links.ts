/** Associations inside a create. https://developers.hubspot.com/docs/api-reference/crm-calls-v3/guide */
import { invalid } from './api-error.ts';
import { defaultTypeId, type RecordRef } from './associations.ts';
import { TYPE_NAMES, type TypeName } from './object-type.ts';
import type { Portal } from './portal.ts';
import { objectOf } from './request-body.ts';

export type InlineLink = RecordRef;

export function checkLinks(portal: Portal, from: TypeName, associations: readonly unknown[]): InlineLink[] {
  return associations.flatMap((association) => {
    const { to, types } = objectOf(association, 'associations');
    const id = String(objectOf(to, 'to').id);
    return [types].flat().map((each) => {
      const { associationTypeId } = objectOf(each, 'types');
      const type = TYPE_NAMES.find((name) => defaultTypeId(from, name) === associationTypeId);
      if (!type) throw invalid(`Association type ${associationTypeId} does not exist from ${from}.`);
      if (!portal.of(type).records.get(id)) throw invalid(`No ${type} with id ${id} exists.`);
      return { type, id };
    });
  });
}
