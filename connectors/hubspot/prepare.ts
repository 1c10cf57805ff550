/**
 * Makes a portal writable before the first call: missing keys are created, so that a fresh deployment works without a
 * further command; where the token may not, the error says what to do.
 */
import { type ConnectorContext, CrmError, type FieldDefinition } from '../connector.ts';
import { PROVISION } from '../engine/commands.ts';
import { readUntil } from '../engine/read-until.ts';
import { DELETE_PLAIN_KEY, KEY_PROPERTIES, OBJECT_TYPES } from './keys.ts';
import type { PropertyProvisioner } from './provision.ts';
import type { PortalSchema } from './schema.ts';

type KeyProvisioner = Pick<PropertyProvisioner, 'keys' | 'create' | 'created' | 'isSettled'>;

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
    const { keys, create, isSettled } = this.#provisioner;
    const isMissing = ({ object, name }: FieldDefinition) =>
      objects.includes(object) && !schema.fields[object].has(name);
    const missing = keys.filter(isMissing);
    const changes = missing.length === 0 ? [] : await create(missing, schema);
    for (const { action, object, name, detail } of changes) {
      if (action === 'failed') throw keyMissing(name, detail);
      if (action === 'created')
        log.info('HubSpot property created', { object: OBJECT_TYPES[object], property: name });
    }
    const keysOfAll = keys
      .filter(({ object }) => objects.includes(object))
      .map(({ object, name }) => ({ action: 'exists', object, name }) as const);
    const isListed = (each: PortalSchema) => isSettled!(keysOfAll, each);
    const latest = await readUntil(isListed, reread, changes.length === 0 ? schema : undefined);
    return this.#usable(this.#withCreated(latest));
  }

  /** A key that was created and is not listed yet is what HubSpot answered when it created it. */
  #withCreated(schema: PortalSchema): PortalSchema {
    const { created } = this.#provisioner;
    const unlisted = [...created].filter(([object, { name }]) => !schema.fields[object].has(name));
    if (unlisted.length === 0) return schema;
    const fields = { ...schema.fields };
    for (const [object, field] of unlisted)
      fields[object] = new Map([...fields[object], [field.name, field]]);
    return {
      ...schema,
      fields,
      newKeys: new Set([...(schema.newKeys ?? []), ...unlisted.map(([object]) => object)]),
    };
  }

  /** Contacts are upserted by their key; one that is not unique would create people twice. */
  #usable(schema: PortalSchema): PortalSchema {
    const { objects, log } = this.#context;
    const plain = objects.filter((object) => !schema.fields[object].get(KEY_PROPERTIES[object].name)?.unique);
    if (plain.includes('person')) {
      const { name } = KEY_PROPERTIES.person;
      if (schema.newKeys?.has('person') || !schema.fields.person.has(name)) {
        const message = `the contact property ${name} was created a moment ago, and HubSpot does not list it as unique yet`;
        throw new CrmError('unavailable', message, { code: 'KEY_FIELD_NOT_LISTED', retryAfterMs: 2_000 });
      }
      const message = `the contact property ${name} ${DELETE_PLAIN_KEY}`;
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
