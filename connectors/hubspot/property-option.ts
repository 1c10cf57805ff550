/** Adds an option to a property. https://developers.hubspot.com/docs/api-reference/latest/crm/properties/update-property */
import type { Change } from '../connector.ts';
import type { NewOption } from '../engine/crm.ts';
import type { ApiRequest, Transport } from '../engine/http/transport.ts';
import { OBJECT_TYPES } from './keys.ts';
import { readRejection } from './rejections.ts';
import type { PortalSchema, Property, PropertyOption } from './schema.ts';

/** Somebody else who adds an option at the same moment may undo ours. */
const MAX_TRIES = 3;

/**
 * An update replaces the whole list, so the list is read just before, sent back with the option added, and read again.
 */
export async function addPropertyOption(
  transport: Transport,
  { object, field: name, option }: NewOption,
  { api, fields }: PortalSchema,
): Promise<Change> {
  const path = `${api.properties(OBJECT_TYPES[object])}/${name}`;
  const { sensitivity } = fields[object].get(name) ?? {};
  const query = sensitivity === undefined ? '' : `?dataSensitivity=${sensitivity}`;
  const change = (action: Change['action'], detail?: string): Change => {
    return { action, object, name, ...(detail !== undefined && { detail }) };
  };
  for (let tries = 0; tries <= MAX_TRIES; tries += 1) {
    const read = await send(transport, { method: 'GET', path: path + query });
    if ('code' in read) return change('failed', read.code);
    const { options = [] } = read;
    if (options.some(({ value }) => value === option)) return change(tries === 0 ? 'exists' : 'created');
    const obstacle = obstacleOf(read, option);
    if (obstacle !== undefined) return change('skipped', obstacle);
    if (tries === MAX_TRIES) break;
    const body = { options: [...options.map(kept), newOption(option, options)] };
    const updated = await send(transport, { method: 'PATCH', path, body });
    if ('code' in updated) return change('failed', updated.code);
  }
  return change('failed', 'HubSpot accepted the option and does not list it: try again');
}

async function send(transport: Transport, request: ApiRequest): Promise<Property | { code: string }> {
  const { status, body } = await transport.send(request);
  return status >= 400 ? { code: readRejection(body).code } : (body as Property);
}

function obstacleOf(
  { options = [], externalOptions, calculated, modificationMetadata }: Property,
  option: string,
): string | undefined {
  if (externalOptions || calculated || modificationMetadata?.readOnlyOptions)
    return 'HubSpot keeps its options itself: map one of those that are there, or change the list in HubSpot’s settings';
  const twin = options.find(({ label }) => label.toLowerCase() === option.toLowerCase());
  if (!twin) return undefined;
  return `an option with this label is there, its value is “${twin.value}”: let the mapping write that`;
}

/** What an update takes of an option that is there. */
function kept({ label, value, description, displayOrder = -1, hidden = false }: PropertyOption) {
  return { label, value, displayOrder, hidden, ...(description !== undefined && { description }) };
}

/** Last: those with an order come before those without, whose order is -1. */
function newOption(value: string, options: readonly PropertyOption[]) {
  const last = Math.max(-1, ...options.map(({ displayOrder = -1 }) => displayOrder));
  const isOrdered = options.length === 0 || last >= 0;
  return { label: value, value, displayOrder: isOrdered ? last + 1 : -1, hidden: false };
}
