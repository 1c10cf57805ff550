/** HubSpot's endpoints, by API version. */

export type ObjectType = 'contacts' | 'calls' | 'tasks';

/**
 * Versions are named by date and served for 18 months; 2026-03 behaves as v3 did.
 * https://developers.hubspot.com/docs/api-reference/legacy/migration-guide
 */
const OBJECTS_VERSION = '2026-03';
const ASSOCIATIONS_VERSION = '2026-03';
const PROPERTIES_VERSION = '2026-03';

/** What preceded them; v4 associations are served until 2027-03-30, the others until September 2027. */
const LEGACY_OBJECTS_VERSION = 'v3';
const LEGACY_ASSOCIATIONS_VERSION = 'v4';
const LEGACY_PROPERTIES_VERSION = 'v3';

export interface Api {
  readonly name: string;
  /** https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/batch */
  batch(type: ObjectType, operation: 'create' | 'read' | 'update' | 'upsert'): string;
  /** https://developers.hubspot.com/docs/api-reference/search/guide */
  search(type: ObjectType): string;
  /** https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide */
  associateDefault(from: ObjectType, to: ObjectType): string;
  /** https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide */
  properties(type: ObjectType): string;
  property(type: ObjectType, name: string): string;
  propertyGroups(type: ObjectType): string;
}

export const CURRENT_API: Api = {
  name: OBJECTS_VERSION,
  batch: (type, operation) => `/crm/objects/${OBJECTS_VERSION}/${type}/batch/${operation}`,
  search: (type) => `/crm/objects/${OBJECTS_VERSION}/${type}/search`,
  associateDefault: (from, to) =>
    `/crm/associations/${ASSOCIATIONS_VERSION}/${from}/${to}/batch/associate/default`,
  properties: (type) => `/crm/properties/${PROPERTIES_VERSION}/${type}`,
  property: (type, name) => `/crm/properties/${PROPERTIES_VERSION}/${type}/${name}`,
  propertyGroups: (type) => `/crm/properties/${PROPERTIES_VERSION}/${type}/groups`,
};

export const LEGACY_API: Api = {
  name: `${LEGACY_OBJECTS_VERSION}/${LEGACY_ASSOCIATIONS_VERSION}`,
  batch: (type, operation) => `/crm/${LEGACY_OBJECTS_VERSION}/objects/${type}/batch/${operation}`,
  search: (type) => `/crm/${LEGACY_OBJECTS_VERSION}/objects/${type}/search`,
  associateDefault: (from, to) =>
    `/crm/${LEGACY_ASSOCIATIONS_VERSION}/associations/${from}/${to}/batch/associate/default`,
  properties: (type) => `/crm/${LEGACY_PROPERTIES_VERSION}/properties/${type}`,
  property: (type, name) => `/crm/${LEGACY_PROPERTIES_VERSION}/properties/${type}/${name}`,
  propertyGroups: (type) => `/crm/${LEGACY_PROPERTIES_VERSION}/properties/${type}/groups`,
};
