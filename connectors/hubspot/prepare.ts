/**
 * Makes a portal writable before the first call: missing keys are created, so that a fresh deployment works without a
 * further command; where the token may not, the error says what to do.
 */
import { type ConnectorContext, CrmError, type FieldDefinition } from '../connector.ts';
import { PROVISION } from '../engine/commands.ts';
import type { Provisioner } from '../engine/crm.ts';
import { DELETE_PLAIN_KEY, KEY_PROPERTIES, OBJECT_TYPES } from './keys.ts';
import type { PortalSchema } from './schema.ts';

type KeyProvisioner = Pick<Provisioner<PortalSchema>, 'keys' | 'create'>;

export class PortalPreparation {
  readonly #provisioner: KeyProvisioner;
  readonly #context: ConnectorContext;
  #warned = false;

  constructor(provisioner: KeyProvisioner, context: ConnectorContext) {
    this.#provisioner = provisioner;
    this.#context = context;
  }

  /** `reread` reads the portal's properties again. Throws CrmError. */
  async prepare(schema: PortalSchema, reread: () => Promise<PortalSchema>): Promise<PortalSchema> {
    const { objects, log } = this.#context;
    const { keys, create } = this.#provisioner;
    const isMissing = ({ object, name }: FieldDefinition) =>
      objects.includes(object) && !schema.fields[object].has(name);
    const missing = keys.filter(isMissing);
    if (missing.length === 0) return this.#usable(schema);
    for (const { action, object, name, detail } of await create(missing, schema)) {
      if (action === 'failed') throw keyMissing(name, detail);
      log.info('HubSpot property created', { object: OBJECT_TYPES[object], property: name });
    }
    return this.#usable(await reread());
  }

  /** Contacts are upserted by their key; one that is not unique would create people twice. */
  #usable(schema: PortalSchema): PortalSchema {
    const { objects, log } = this.#context;
    const plain = objects.filter((object) => !schema.fields[object].get(KEY_PROPERTIES[object].name)?.unique);
    if (plain.includes('person')) {
      const message = `the contact property ${KEY_PROPERTIES.person.name} ${DELETE_PLAIN_KEY}`;
      throw new CrmError('unauthorized', message, { code: 'KEY_FIELD_NOT_UNIQUE' });
    }
    if (plain.length > 0 && !this.#warned) {
      this.#warned = true;
      log.warn('HubSpot keeps these keys not unique: records are searched for before they are created', {
        properties: plain.map((object) => `${OBJECT_TYPES[object]}.${KEY_PROPERTIES[object].name}`),
      });
    }
    return schema;
  }
}

function keyMissing(name: string, detail: string | undefined): CrmError {
  const fix = `run ${PROVISION} with a token that has the scope crm.schemas.contacts.write`;
  const message = `HubSpot has no property ${name} (${detail}): ${fix}`;
  return new CrmError('unauthorized', message, { code: 'KEY_FIELD_MISSING' });
}
