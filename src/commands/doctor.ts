import type { Connector } from '../../connectors/connector.ts';
import type { Config } from '../config/config.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { openAccounts } from '../queue/accounts.ts';
import { connectProducer, type RedisClient } from '../queue/redis.ts';
import { createConnector } from '../service/create-connector.ts';
import { readVersion } from '../version.ts';
import { checkAccount } from './check-account.ts';
import { checkAlturApi } from './check-altur-api.ts';
import { checkConfiguration } from './check-configuration.ts';
import { checkDeliveries } from './check-deliveries.ts';
import { checkMapping } from './check-mapping.ts';
import { checkProcesses } from './check-processes.ts';
import { checkQueue } from './check-queue.ts';
import { checkRecordingLinks } from './check-recording-links.ts';
import { checkRedis } from './check-redis.ts';
import { parseArguments } from './command-line.ts';
import { DoctorReport, nextStep } from './doctor-report.ts';
import { findingsOf, ok } from './findings.ts';
import { runLiveProbe } from './live-probe.ts';
import { commandLog } from './session.ts';

/** One screen: every part in the order of the set-up, whether it works, and how to fix it. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArguments('doctor', {
    args: [...args],
    options: { live: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  });
  if (values.live) return runLiveProbe(env);
  const report = new DoctorReport(values.json ? () => {} : (text) => void process.stdout.write(text));
  await checkAll(env, report);
  const { findings } = report;
  if (values.json)
    process.stdout.write(`${JSON.stringify({ findings, next: nextStep(findings) }, null, 2)}\n`);
  else report.end();
  return report.hasErrors ? 1 : 0;
}

/** What can be checked although something else is wrong is checked. */
async function checkAll(env: NodeJS.ProcessEnv, report: DoctorReport): Promise<void> {
  report.begin('Configuration');
  const { findings, config, hasRedis, hasConnector, isMappingRight } = await checkConfiguration(env);
  report.add([ok('version', readVersion()), ...findings]);
  if (!config) return;
  const redis = connectProducer(config.redis);
  // `checkRedis` says why it cannot be reached.
  redis.on('error', () => {});
  try {
    const isRedisThere = hasRedis ? await reportRedis(redis, config, report) : false;
    // Another Redis than the one that was meant is not asked.
    if (!hasRedis) redis.disconnect();
    if (hasConnector) await checkCrm(config, redis, { isRedisThere, isMappingRight }, report);
    await checkAltur(config, report);
    if (!isRedisThere) return;
    report.begin('Service');
    for (const check of [checkProcesses, checkDeliveries, checkQueue])
      report.add(await findingsOf('Redis', 'see whether Redis is overloaded', () => check(redis, config)));
    if (config.recordings) report.add(await checkRecordingLinks(config.recordings));
  } finally {
    redis.disconnect();
  }
}

async function checkAltur({ altur }: Config, report: DoctorReport): Promise<void> {
  if (altur.apiKey === undefined) return;
  report.begin('Altur');
  report.add(
    await findingsOf('Altur’s API', 'see ALTUR_API_URL and the network', () => checkAlturApi(altur)),
  );
}

/** Answers whether it can be asked. */
async function reportRedis(redis: RedisClient, { redis: { nodes } }: Config, report: DoctorReport) {
  report.begin('Redis');
  const findings = await checkRedis(redis, nodes);
  report.add(findings);
  const [answers] = findings;
  return answers?.level === 'ok';
}

interface CrmChecks {
  readonly isRedisThere: boolean;
  readonly isMappingRight: boolean;
}

async function checkCrm(
  config: Config,
  redis: RedisClient,
  { isRedisThere, isMappingRight }: CrmChecks,
  report: DoctorReport,
): Promise<void> {
  report.begin('CRM');
  const { connector, mapping } = await createConnector(config, redis, commandLog('warn'));
  const crmFindings = (check: () => ReturnType<Connector['check']>) =>
    findingsOf(connector.name, 'see the address and the credentials of the CRM in the environment', check);
  try {
    const findings = await crmFindings(() => connector.check());
    report.add(findings);
    // A CRM that does not answer is not asked again.
    if (findings.length > 0 && findings.every(({ level }) => level === 'error')) return;
    if (isRedisThere)
      report.add(await crmFindings(() => checkAccount(connector, openAccounts(redis, connector.name))));
    if (isMappingRight) await checkMappingOf(connector, mapping, config, report);
  } finally {
    await connector.close();
  }
}

async function checkMappingOf(
  connector: Connector,
  mapping: CompiledMapping,
  config: Config,
  report: DoctorReport,
): Promise<void> {
  const findings = await findingsOf('mapping', 'see what is wrong with the CRM', () =>
    checkMapping(connector, mapping, config),
  );
  if (findings.length === 0) return;
  report.begin('Mapping');
  report.add(findings);
}
