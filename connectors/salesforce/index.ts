import type { ConnectorDefinition } from '../connector.ts';
import { recordUrl } from './account.ts';
import { assumedOrgFor, SalesforceConnector } from './connector.ts';
import { Session } from './session.ts';
import { API_VERSION, type Settings, settings, warningsOf } from './settings.ts';

export const definition: ConnectorDefinition<Settings> = {
  name: 'salesforce',
  settings,
  warnings: warningsOf,
  mappingFile: new URL('./mapping.yaml', import.meta.url),
  matchOptions: {
    personObjects: ['Contact', 'Lead'],
    associations: ['company', 'opportunity'],
    assignmentRules: true,
  },
  assumed: assumedOrgFor(API_VERSION),
  recordUrl,
  create(given, context) {
    const credentials = {
      loginUrl: given.SALESFORCE_LOGIN_URL.replace(/\/$/, ''),
      clientId: given.SALESFORCE_CLIENT_ID,
      clientSecret: given.SALESFORCE_CLIENT_SECRET,
      username: given.SALESFORCE_USERNAME,
      privateKey: given.SALESFORCE_PRIVATE_KEY,
      version: given.SALESFORCE_API_VERSION,
    };
    const session = new Session(credentials, context.observeRequest);
    const options = {
      version: given.SALESFORCE_API_VERSION,
      nests: given.SALESFORCE_NESTED_WRITES === 'true',
    };
    return new SalesforceConnector(session, options, context);
  },
};
