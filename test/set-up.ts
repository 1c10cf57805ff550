/** Before each test file: away from the checkout, whose `config/mapping.yaml` may be a user's own. */
import { ELSEWHERE } from './entry.ts';
import { Collector } from './suite-logs/collector.ts';
import { observeRequests } from './suite-logs/observe-requests.ts';
import { runFolder } from './suite-logs/run-folder.ts';

process.chdir(ELSEWHERE);
const folder = runFolder();
if (folder !== undefined) observeRequests(new Collector(folder));
