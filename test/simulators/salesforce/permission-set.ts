import { MetadataRefused } from './api-error.ts';
import type { Access } from './field-access.ts';
import type { Org } from './org.ts';
import { childrenOf, type Element, textOf } from './xml.ts';

/**
 * Creates a permission set or adds to it. It has no effect until it is assigned.
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_permissionset.htm
 */
export function savePermissionSet(
  org: Org,
  metadata: Element,
  fullName: string,
  mayUpdate: boolean,
): boolean {
  const known = org.table('PermissionSet').matches('Name', fullName)[0];
  if (known && !mayUpdate) {
    throw new MetadataRefused(
      'DUPLICATE_DEVELOPER_NAME',
      `There is already a permission set named ${fullName}.`,
    );
  }
  const label = textOf(metadata, 'label');
  if (label === undefined)
    throw new MetadataRefused('REQUIRED_FIELD_MISSING', 'Required field is missing: label');
  const grants = childrenOf(metadata, 'fieldPermissions').map((each) => grant(org, each));
  const set = known ?? org.insert('PermissionSet', { Name: fullName, Label: label });
  org.access.grant(set.Id, new Map(grants));
  return !known;
}

export function permissionSetMetadata(org: Org, fullName: string): object | undefined {
  const set = org.table('PermissionSet').matches('Name', fullName)[0];
  if (!set) return undefined;
  const fieldPermissions = [...org.access.grants(set.Id)].map(([field, access]) => ({
    editable: access === 'edit',
    field: field.replace(/^Task\./, 'Activity.'),
    readable: access !== 'hidden',
  }));
  return { fullName, fieldPermissions, label: set.Label };
}

function grant(org: Org, permission: Element): [field: string, access: Access] {
  const stated = textOf(permission, 'field') ?? '';
  const [entity, name = ''] = stated.split('.');
  const object = entity === 'Activity' ? 'Task' : entity;
  const field = org.objects.find((each) => each.name === object)?.fields.get(name);
  const { activityPermission } = org.settings;
  const wrongPrefix = object === 'Task' && activityPermission !== 'either' && entity !== activityPermission;
  if (!field || wrongPrefix) {
    const message = `In field: field - no CustomField named ${stated} found`;
    throw new MetadataRefused('INVALID_CROSS_REFERENCE_KEY', message);
  }
  if (field.custom && !field.nillable && field.type !== 'boolean') {
    const message = `You cannot deploy to a required field: ${stated}`;
    throw new MetadataRefused('FIELD_INTEGRITY_EXCEPTION', message);
  }
  return [`${object}.${name}`, access(permission)];
}

function access(permission: Element): Access {
  if (textOf(permission, 'editable') === 'true') return 'edit';
  return textOf(permission, 'readable') === 'true' ? 'read' : 'hidden';
}
