import { customFieldMetadata, saveCustomField } from './custom-field.ts';
import { MetadataRefused } from './metadata-refused.ts';
import type { Org } from './org.ts';
import { permissionSetMetadata, savePermissionSet } from './permission-set.ts';
import { SoapFault } from './soap-fault.ts';
import { childrenOf, type Element, textOf } from './xml.ts';

const MAX_COMPONENTS = 10;

interface SaveResult {
  readonly created?: boolean;
  readonly errors?: { readonly message: string; readonly statusCode: string };
  readonly fullName: string;
  readonly success: boolean;
}

/** What a component type can do; answers whether it was created. */
interface Component {
  readonly save: (org: Org, metadata: Element, fullName: string, mayUpdate: boolean) => boolean;
  readonly read: (org: Org, fullName: string) => object | undefined;
}

const COMPONENTS: Readonly<Record<string, Component>> = {
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
      return atMost(childrenOf(call, 'metadata')).map((each) => save(org, each, true));
    case 'createMetadata':
      return atMost(childrenOf(call, 'metadata')).map((each) => save(org, each, false));
    case 'readMetadata':
      return read(org, call);
    default:
      throw new SoapFault('sf:UNKNOWN_EXCEPTION', `No operation available for request ${call.name}`);
  }
}

function save(org: Org, metadata: Element, mayUpdate: boolean): SaveResult {
  const fullName = textOf(metadata, 'fullName') ?? '';
  try {
    const created = component(metadata.attributes.type).save(org, metadata, fullName, mayUpdate);
    return { ...(mayUpdate ? { created } : {}), fullName, success: true };
  } catch (error) {
    if (!(error instanceof MetadataRefused)) throw error;
    const errors = { message: error.message, statusCode: error.statusCode };
    return { ...(mayUpdate ? { created: false } : {}), errors, fullName, success: false };
  }
}

function read(org: Org, call: Element): { records: object[] } {
  const type = component(textOf(call, 'type'));
  const names = atMost(childrenOf(call, 'fullNames'));
  return { records: names.map(({ text }) => type.read(org, text) ?? {}) };
}

function component(type: string | undefined): Component {
  const found = COMPONENTS[type ?? ''];
  if (found) return found;
  throw new SoapFault('sf:INVALID_TYPE', `INVALID_TYPE: This type of metadata is not available: ${type}`);
}

function atMost(elements: Element[]): Element[] {
  if (elements.length <= MAX_COMPONENTS) return elements;
  const message = `EXCEEDED_ID_LIMIT: record limit reached. cannot submit more than ${MAX_COMPONENTS} records in this operation`;
  throw new SoapFault('sf:EXCEEDED_ID_LIMIT', message);
}
