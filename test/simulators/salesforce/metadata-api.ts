import { runRows } from '../kit/batch.ts';
import { isMetadataRefused, type MetadataRefused, SoapFault } from './api-error.ts';
import { customFieldMetadata, saveCustomField } from './custom-field.ts';
import type { Org } from './org.ts';
import { permissionSetMetadata, savePermissionSet } from './permission-set.ts';
import { childrenOf, type Element, textOf } from './xml.ts';

const MAX_COMPONENTS = 10;

interface SaveResult {
  readonly created?: boolean;
  readonly errors?: { readonly message: string; readonly statusCode: string };
  readonly fullName: string;
  readonly success: boolean;
}

/** The operations on one type of component. */
interface ComponentType {
  /** Whether the component is new. */
  readonly save: (org: Org, metadata: Element, fullName: string, mayUpdate: boolean) => boolean;
  readonly read: (org: Org, fullName: string) => object | undefined;
}

const COMPONENT_TYPES: Readonly<Record<string, ComponentType>> = {
  CustomField: { save: saveCustomField, read: customFieldMetadata },
  PermissionSet: { save: savePermissionSet, read: permissionSetMetadata },
};

/** https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_upsertMetadata.htm */
export function callMetadata(org: Org, call: Element): unknown {
  if (!org.settings.canCustomize) {
    const message =
      'INSUFFICIENT_ACCESS: use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions';
    throw new SoapFault('sf:INSUFFICIENT_ACCESS', message);
  }
  switch (call.name) {
    case 'upsertMetadata':
      return saveAll(org, childrenOf(call, 'metadata'), true);
    case 'createMetadata':
      return saveAll(org, childrenOf(call, 'metadata'), false);
    case 'readMetadata':
      return read(org, call);
    default:
      throw new SoapFault('sf:UNKNOWN_EXCEPTION', `No operation available for request ${call.name}`);
  }
}

function saveAll(org: Org, components: readonly Element[], mayUpdate: boolean): SaveResult[] {
  const save = (metadata: Element) => {
    const { save } = componentType(metadata.attributes.type);
    return save(org, metadata, fullNameOf(metadata), mayUpdate);
  };
  return runRows(componentsOf(components), save, isMetadataRefused).map((outcome) => {
    const fullName = fullNameOf(outcome.row);
    if ('rejection' in outcome) return failed(outcome.rejection, fullName, mayUpdate);
    return { ...(mayUpdate ? { created: outcome.result } : {}), fullName, success: true };
  });
}

function failed({ message, code }: MetadataRefused, fullName: string, mayUpdate: boolean): SaveResult {
  const errors = { message, statusCode: code };
  return { ...(mayUpdate ? { created: false } : {}), errors, fullName, success: false };
}

function fullNameOf(metadata: Element): string {
  return textOf(metadata, 'fullName') ?? '';
}

function read(org: Org, call: Element): { records: object[] } {
  const type = componentType(textOf(call, 'type'));
  const names = componentsOf(childrenOf(call, 'fullNames'));
  return { records: names.map(({ text }) => type.read(org, text) ?? {}) };
}

function componentType(type: string | undefined): ComponentType {
  const found = COMPONENT_TYPES[type ?? ''];
  if (found) return found;
  throw new SoapFault('sf:INVALID_TYPE', `INVALID_TYPE: This type of metadata is not available: ${type}`);
}

function componentsOf(elements: readonly Element[]): readonly Element[] {
  if (elements.length <= MAX_COMPONENTS) return elements;
  const message = `EXCEEDED_ID_LIMIT: record limit reached. cannot submit more than ${MAX_COMPONENTS} records in this operation`;
  throw new SoapFault('sf:EXCEEDED_ID_LIMIT', message);
}
