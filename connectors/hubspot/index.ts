import { z } from 'zod';
import type { ConnectorDefinition } from '../connector.ts';
import { recordUrl } from './account.ts';
import { assumedPortal, HubSpotConnector } from './connector.ts';
import { HubSpotTransport } from './transport.ts';

const settings = z.object({
  HUBSPOT_ACCESS_TOKEN: z
    .string(
      'is missing: create a service key in HubSpot (Development → Keys → Service keys) with the scopes crm.objects.contacts.read and .write, crm.schemas.contacts.read and .write, and set it here',
    )
    .min(1),
  HUBSPOT_API_URL: z
    .string()
    .regex(/^https?:\/\/\S+$/, 'must be a URL beginning with http:// or https://')
    .default('https://api.hubapi.com'),
});

export const definition: ConnectorDefinition<z.output<typeof settings>> = {
  name: 'hubspot',
  settings,
  mappingFile: new URL('./mapping.yaml', import.meta.url),
  matchOptions: { associations: ['company'] },
  assumed: assumedPortal,
  recordUrl,
  create: ({ HUBSPOT_ACCESS_TOKEN, HUBSPOT_API_URL }, context) =>
    new HubSpotConnector(
      new HubSpotTransport(
        HUBSPOT_ACCESS_TOKEN,
        HUBSPOT_API_URL,
        context.timeZone,
        context.requestTimeoutMs,
        context.observeRequest,
      ),
      context,
    ),
};
