/** Requests and responses of the Metadata API: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_upsertMetadata.htm */
import type { Connection } from 'jsforce/lib/core.js';
import type { Change, CrmObject } from '../connector.ts';
import { chunks } from '../engine/split.ts';

export interface UpsertResult {
  readonly success?: boolean;
  readonly created?: boolean;
  readonly errors?: { readonly message?: string } | readonly { readonly message?: string }[];
}

interface MetadataApi {
  read(type: string, fullNames: readonly string[]): Promise<Metadata[]>;
  upsert(type: string, metadata: readonly object[]): Promise<UpsertResult | UpsertResult[]>;
}

/** Of a component that does not exist, everything is missing. */
export interface Metadata {
  readonly fullName?: string | null;
  readonly [property: string]: unknown;
}

const MAX_UPSERTS = 10;

/** One result per item, in order; of items after a failed request the error it failed with. */
export async function upsertMetadata(
  connection: Connection,
  type: string,
  items: readonly object[],
): Promise<readonly (UpsertResult | Error)[]> {
  const metadata = await apiOf(connection);
  const results: (UpsertResult | Error)[] = [];
  for (const some of chunks(items, MAX_UPSERTS)) {
    try {
      results.push(...[await metadata.upsert(type, some)].flat());
    } catch (error) {
      // Nothing was done yet: the command fails. Later, what was created is still to be reported.
      if (results.length === 0) throw error;
      return [...results, ...items.slice(results.length).map(() => error as Error)];
    }
  }
  return results;
}

/** The definition of a field, as it is to be written back; undefined when there is none. */
export async function readCustomField(
  connection: Connection,
  fullName: string,
): Promise<Metadata | undefined> {
  const [found] = await (await apiOf(connection)).read('CustomField', [fullName]);
  return found?.fullName ? found : undefined;
}

/** Loaded here: nothing but provisioning needs it. */
async function apiOf(connection: Connection): Promise<MetadataApi> {
  const { MetadataApi: Api } = await import('jsforce/lib/api/metadata.js');
  return new Api(connection) as unknown as MetadataApi;
}

export function toChange(object: CrmObject, name: string, result: UpsertResult | Error | undefined): Change {
  if (result instanceof Error) return { action: 'failed', object, name, detail: result.message };
  if (result?.success) return { action: result.created ? 'created' : 'exists', object, name };
  const [error] = [result?.errors ?? []].flat();
  return { action: 'failed', object, name, detail: error?.message ?? 'Salesforce did not say why' };
}
