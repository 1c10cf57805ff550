/** The list of connectors. Each is loaded only when it is chosen. */
import type { ConnectorDefinition } from './connector.ts';

export const connectors: Readonly<Record<string, () => Promise<ConnectorDefinition>>> = {
  hubspot: async () => (await import('./hubspot/index.ts')).definition as ConnectorDefinition,
  salesforce: async () => (await import('./salesforce/index.ts')).definition as ConnectorDefinition,
  preview: async () => (await import('./preview/index.ts')).definition,
};

/** As people write them. */
export const crmTitles: Readonly<Record<string, string>> = {
  hubspot: 'HubSpot',
  salesforce: 'Salesforce',
  preview: 'the preview',
};
