/** The fields that a live probe writes to a portal, and how it deletes its records. */
import type { CrmObject, FieldWrite } from '../connector.ts';
import type { ProbeSupport } from '../engine/crm.ts';
import type { Transport } from '../engine/http/transport.ts';
import { CANARY_NAME } from '../engine/live-probe/canary.ts';
import { APIS } from './api.ts';
import { KEY_PROPERTIES, OBJECT_TYPES } from './keys.ts';

const always = (field: string, value: string): FieldWrite => ({ field, value, when: 'always' });

export function probeSupport(transport: Transport, objects: readonly CrmObject[]): ProbeSupport {
  return {
    fields: {
      person: (phone) => [always('firstname', CANARY_NAME), always('phone', phone)],
      call: [always('hs_call_title', CANARY_NAME)],
      ...(objects.includes('task') && {
        task: [always('hs_task_subject', CANARY_NAME), always('hs_task_status', 'COMPLETED')],
      }),
    },
    /** By unique property, which needs no search index: https://developers.hubspot.com/docs/api-reference/latest/crm/objects/contacts/batch/retrieve-contacts */
    async findJustWritten(object, keys) {
      const path = APIS[0]!.batch(OBJECT_TYPES[object], 'read');
      const idProperty = KEY_PROPERTIES[object].name;
      const inputs = keys.map((id) => ({ id }));
      const body = { idProperty, inputs, properties: [idProperty], propertiesWithHistory: [] };
      const response = await transport.send({ method: 'POST', path, body, reads: true });
      // Of properties that are not unique HubSpot reads nothing.
      if (response.status >= 400) return undefined;
      const { results = [] } = response.body as { readonly results?: readonly { readonly id: string }[] };
      return results.map(({ id }) => id);
    },
    /** https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/batch: archived, and restorable for 90 days. */
    async delete(object, ids) {
      const path = APIS[0]!.batch(OBJECT_TYPES[object], 'archive');
      const body = { inputs: ids.map((id) => ({ id })) };
      const { status } = await transport.send({ method: 'POST', path, body });
      return status >= 400 ? ids : [];
    },
  };
}
