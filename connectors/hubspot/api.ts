/** HubSpot's endpoints, by API version. */

export type ObjectType = 'contacts' | 'calls' | 'tasks';

export interface Api {
  readonly name: string;
  readonly roots: Roots;
  /** https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/batch */
  batch(type: ObjectType, operation: 'create' | 'read' | 'update' | 'upsert' | 'archive'): string;
  record(type: ObjectType, id: string): string;
  /** https://developers.hubspot.com/docs/api-reference/search/guide */
  search(type: ObjectType): string;
  /** https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide */
  associateDefault(from: ObjectType, to: LinkTarget): string;
  associated(from: ObjectType, to: LinkTarget): string;
  /** https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide */
  properties(type: ObjectType): string;
  propertyGroups(type: ObjectType): string;
}

/** The object that calls and tasks are linked to. */
export type LinkTarget = 'contacts' | 'companies';

/** The paths of the object, association and property APIs, each up to the kind of record. */
interface Roots {
  readonly objects: string;
  readonly associations: string;
  readonly properties: string;
}

/**
 * Versions are named by date and served for 18 months; 2026-03 behaves as v3 did. From 2026-09 on the portal's own
 * rules for required properties bind API writes too.
 * https://developers.hubspot.com/docs/api-reference/legacy/migration-guide
 */
const OBJECTS_VERSION = '2026-03';
const ASSOCIATIONS_VERSION = '2026-03';
const PROPERTIES_VERSION = '2026-03';
const NEXT_VERSION = '2026-09';

/** The versions before them; v4 associations are served until 2027-03-30, the others until September 2027. */
const LEGACY_OBJECTS_VERSION = 'v3';
const LEGACY_ASSOCIATIONS_VERSION = 'v4';
const LEGACY_PROPERTIES_VERSION = 'v3';

/** In the order in which a portal is asked for them. */
export const APIS: readonly Api[] = [
  api(OBJECTS_VERSION, {
    objects: `/crm/objects/${OBJECTS_VERSION}`,
    associations: `/crm/associations/${ASSOCIATIONS_VERSION}`,
    properties: `/crm/properties/${PROPERTIES_VERSION}`,
  }),
  api(NEXT_VERSION, {
    objects: `/crm/objects/${NEXT_VERSION}`,
    associations: `/crm/associations/${NEXT_VERSION}`,
    properties: `/crm/properties/${NEXT_VERSION}`,
  }),
  api(`${LEGACY_OBJECTS_VERSION}/${LEGACY_ASSOCIATIONS_VERSION}`, {
    objects: `/crm/${LEGACY_OBJECTS_VERSION}/objects`,
    associations: `/crm/${LEGACY_ASSOCIATIONS_VERSION}/associations`,
    properties: `/crm/${LEGACY_PROPERTIES_VERSION}/properties`,
  }),
];

/** https://developers.hubspot.com/docs/api-reference/latest/account/account-information/guide, and the version before. */
export const ACCOUNT_DETAILS = [
  `/account-info/${OBJECTS_VERSION}/details`,
  `/account-info/${LEGACY_OBJECTS_VERSION}/details`,
];

/** https://developers.hubspot.com/docs/api-reference/crm-owners-v3/guide */
export const OWNERS = [`/crm/owners/${OBJECTS_VERSION}`, `/crm/owners/${NEXT_VERSION}`, '/crm/v3/owners'];

/** The roots of the APIs that records are written with, in all versions. */
export const ROOTS = {
  objects: APIS.map(({ roots }) => roots.objects),
  associations: APIS.map(({ roots }) => roots.associations),
};

function api(name: string, roots: Roots): Api {
  const { objects, associations, properties } = roots;
  return {
    name,
    roots,
    batch: (type, operation) => `${objects}/${type}/batch/${operation}`,
    record: (type, id) => `${objects}/${type}/${id}`,
    search: (type) => `${objects}/${type}/search`,
    associateDefault: (from, to) => `${associations}/${from}/${to}/batch/associate/default`,
    associated: (from, to) => `${associations}/${from}/${to}/batch/read`,
    properties: (type) => `${properties}/${type}`,
    propertyGroups: (type) => `${properties}/${type}/groups`,
  };
}
