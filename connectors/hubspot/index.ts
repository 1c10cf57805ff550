import type { z } from 'zod';
import type { ConnectorDefinition } from '../connector.ts';
import { recordUrl } from './account.ts';
import { assumedPortal, HubSpotConnector } from './connector.ts';
import { settings } from './settings.ts';
import { HubSpotTransport } from './transport.ts';

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
        context.requestPace,
      ),
      context,
    ),
};
