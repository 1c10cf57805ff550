/** An org for each test, and the records that tests write into it. */
import { startEachTest } from '../kit/each-test.ts';
import { type RestClient, signedIn } from './rest-client.ts';
import { type SalesforceOptions, type SalesforceSimulator, startSalesforce } from './salesforce.ts';

export interface SimulatedOrg {
  readonly sim: SalesforceSimulator;
  readonly client: RestClient;
}

export function orgEachTest(options: SalesforceOptions = {}): SimulatedOrg {
  const started = startEachTest(async () => {
    const sim = await startSalesforce({ unchecked: 'requests', ...options });
    return { sim, client: await signedIn(sim.url), close: () => sim.close() };
  });
  return {
    get sim() {
      return started().sim;
    },
    get client() {
      return started().client;
    },
  };
}

export const contact = { LastName: 'Doe', Altur_Person_Key__c: 'user_1' };
export const task = { type: 'Task', Subject: 'Call', Altur_Call_Id__c: 'cll_a' };

/** The settings of a jsforce connection to a simulated org. */
export function connectionOptions(url: string) {
  const oauth2 = { loginUrl: url, clientId: 'client-id', clientSecret: 'client-secret' };
  return { loginUrl: url, version: '62.0', oauth2 };
}
