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
  upsert(type: string, metadata: readonly object[]): Promise<UpsertResult | UpsertResult[]>;
}

const MAX_UPSERTS = 10;

/** One result per item, in order; of items after a failed request the error it failed with. */
export async function upsertMetadata(
  connection: Connection,
  type: string,
  items: readonly object[],
): Promise<readonly (UpsertResult | Error)[]> {
  // Loaded here: nothing but provisioning needs it.
  const { MetadataApi: Api } = await import('jsforce/lib/api/metadata.js');
  const metadata = new Api(connection) as unknown as MetadataApi;
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

export function toChange(object: CrmObject, name: string, result: UpsertResult | Error | undefined): Change {
  if (result instanceof Error) return { action: 'failed', object, name, detail: result.message };
  if (result?.success) return { action: result.created ? 'created' : 'exists', object, name };
  const [error] = [result?.errors ?? []].flat();
  return { action: 'failed', object, name, detail: error?.message ?? 'Salesforce did not say why' };
}
