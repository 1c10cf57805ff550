/** `status --check`: asks the CRM whether the records of a call are still there and linked. */
import { connectors } from '../../connectors/index.ts';
import { checkCall } from '../monitoring/check-records.ts';
import { commandLine } from './command-line.ts';
import { recordsCheckLines } from './records-check-text.ts';
import { connected, withConnector } from './session.ts';

/** Exit code 1 when a record or a link is missing, or could not be asked for; 0 also when nothing was written. */
export function printCheck(callId: string, env: NodeJS.ProcessEnv): Promise<number> {
  return withConnector(env, async ({ config, connector, redis }) => {
    await connected(redis, config.redis.nodes);
    const checks = await checkCall(connector, redis, Object.keys(connectors), callId);
    for (const check of checks) {
      const lines = recordsCheckLines(check, commandLine('resync', callId));
      process.stdout.write(`checked in ${check.crm}:\n${lines.join('\n')}\n`);
    }
    return checks.every((check) => check.checked && check.isComplete) ? 0 : 1;
  });
}
