/** The fields that a live probe writes to an org, and how it deletes its records. */
import type { CrmObject, FieldWrite } from '../connector.ts';
import type { ProbeSupport } from '../engine/crm.ts';
import { CANARY_NAME } from '../engine/live-probe/canary.ts';
import { chunks } from '../engine/split.ts';
import { type CompositeApi, type Subrequest, sendComposite } from './composite.ts';

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite_post.htm */
const SUBREQUESTS = 25;

const always = (field: string, value: string): FieldWrite => ({ field, value, when: 'always' });

export function probeSupport(
  api: CompositeApi,
  personObject: string,
  objects: readonly CrmObject[],
): ProbeSupport {
  const typeOf = (object: CrmObject) => (object === 'person' ? personObject : 'Task');
  return {
    fields: {
      person: (phone) => [
        always('LastName', CANARY_NAME),
        always('Phone', phone),
        ...(personObject === 'Lead' ? [always('Company', CANARY_NAME)] : []),
      ],
      call: [always('Subject', CANARY_NAME)],
      ...(objects.includes('task') && { task: [always('Subject', CANARY_NAME)] }),
    },
    /** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_delete_record.htm: into the recycle bin. */
    async delete(object, ids) {
      const left: string[] = [];
      for (const some of chunks(ids, SUBREQUESTS)) left.push(...(await deleteAll(api, typeOf(object), some)));
      return left;
    },
  };
}

/** Resolves with the ids that were not deleted. */
async function deleteAll(
  api: CompositeApi,
  type: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const subrequests = ids.map((id): Subrequest => {
    return { referenceId: `d${id}`, method: 'DELETE', path: `/sobjects/${type}/${id}` };
  });
  const response = await sendComposite(api, subrequests);
  if ('rejected' in response) return ids;
  return ids.filter((id) => response.subresponses.get(`d${id}`)?.status !== 204);
}
