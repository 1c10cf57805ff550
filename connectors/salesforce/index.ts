import { z } from 'zod';
import type { ConnectorDefinition } from '../connector.ts';
import { recordUrl } from './account.ts';
import { assumedOrgFor, SalesforceConnector } from './connector.ts';
import { Session } from './session.ts';

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_versions.htm */
const API_VERSION = '64.0';

const settings = z
  .object({
    SALESFORCE_LOGIN_URL: z
      .string('is missing: set your My Domain URL, such as https://example.my.salesforce.com')
      .regex(
        /^https?:\/\/[^\s/]+\/?$/,
        'must be your My Domain URL, such as https://example.my.salesforce.com',
      ),
    SALESFORCE_CLIENT_ID: z.string('is missing: copy the consumer key of your External Client App'),
    SALESFORCE_CLIENT_SECRET: z.string().optional(),
    SALESFORCE_USERNAME: z.string().optional(),
    SALESFORCE_PRIVATE_KEY: z.string().optional(),
    SALESFORCE_API_VERSION: z
      .string()
      .regex(/^\d{2,3}\.0$/, 'must be like 64.0')
      .refine((version) => Number(version) >= 61, 'must be 61.0 or later')
      .default(API_VERSION),
    SALESFORCE_NESTED_WRITES: z.enum(['true', 'false'], 'must be true or false').default('true'),
  })
  .refine(
    (given) => given.SALESFORCE_CLIENT_SECRET || (given.SALESFORCE_USERNAME && given.SALESFORCE_PRIVATE_KEY),
    {
      path: ['SALESFORCE_CLIENT_SECRET'],
      message:
        'is missing: copy the consumer secret of your External Client App, or set SALESFORCE_USERNAME and SALESFORCE_PRIVATE_KEY instead',
    },
  );

export const definition: ConnectorDefinition<z.output<typeof settings>> = {
  name: 'salesforce',
  settings,
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
