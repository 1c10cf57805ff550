/** Before each test file. */
import { ELSEWHERE } from './entry.ts';
import { registerCheck } from './simulators/kit/exchange-check.ts';
import { Collector } from './suite-logs/collector.ts';
import { observeRequests } from './suite-logs/observe-requests.ts';
import { runFolder } from './suite-logs/run-folder.ts';

// Loaded by those that start a simulator.
registerCheck('hubspot', async () => (await import('./conformance/hubspot-check.ts')).hubspotCheck());
registerCheck('salesforce', async ({ namesOf }) =>
  (await import('./conformance/soql-check.ts')).soqlCheck(namesOf),
);

// Away from the checkout, whose `config/mapping.yaml` may be a user's own.
process.chdir(ELSEWHERE);
const folder = runFolder();
if (folder !== undefined) observeRequests(new Collector(folder));
