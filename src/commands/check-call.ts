/** `status --check`: asks the CRM whether the records of a call are still there and linked. */
import { connectors } from '../../connectors/index.ts';
import { checkRecords } from '../monitoring/check-records.ts';
import { isWritten, openLedger } from '../queue/ledger.ts';
import { commandLine } from './command-line.ts';
import { recordsCheckLines } from './records-check-text.ts';
import { connected, withConnector } from './session.ts';

/** Exit code 1 when a record or a link is missing, or could not be asked for; 0 also when nothing was written. */
export function checkCall(callId: string, env: NodeJS.ProcessEnv): Promise<number> {
  return withConnector(env, async ({ config, connector, redis }) => {
    await connected(redis, config.redis.nodes);
    const read = Object.keys(connectors).map((crm) => openLedger(redis, crm).read([callId]));
    const entries = (await Promise.all(read))
      .flat()
      .filter((entry) => entry !== undefined)
      .filter(isWritten);
    let code = 0;
    for (const entry of entries) {
      const check = await checkRecords(connector, entry);
      const isFine = check.checked && check.isComplete;
      const lines = recordsCheckLines(check, commandLine('resync', callId));
      process.stdout.write(`checked in ${entry.crm}:\n${lines.join('\n')}\n`);
      if (!isFine) code = 1;
    }
    return code;
  });
}
