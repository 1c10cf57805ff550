import type { Finding } from '../../connectors/connector.ts';
import { ConfigError } from '../config/config-error.ts';
import { MappingError } from '../mapping/mapping-error.ts';
import { openAccounts } from '../queue/accounts.ts';
import { readVersion } from '../version.ts';
import { checkAccount } from './check-account.ts';
import { checkMappedFields } from './check-fields.ts';
import { checkRedis } from './check-redis.ts';
import { parseArguments } from './command-line.ts';
import { error, ok } from './findings.ts';
import { runLiveProbe } from './live-probe.ts';
import { withConnector } from './session.ts';
import { counted } from './texts.ts';

/** One screen: every part, whether it works, and how to fix it. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArguments('doctor', {
    args: [...args],
    options: { live: { type: 'boolean', default: false } },
  });
  if (values.live) return runLiveProbe(env);
  const findings = await allFindings(env);
  for (const finding of findings) process.stdout.write(findingText(finding));
  const errors = findings.filter(({ level }) => level === 'error').length;
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  process.stdout.write(`\n${summaryText(errors, warnings)}\n`);
  return errors === 0 ? 0 : 1;
}

/** A warning is no problem, but is not nothing either: dead letters are one. */
function summaryText(errors: number, warnings: number): string {
  const looked = warnings === 0 ? '' : `, ${counted(warnings, 'warning')} to look at`;
  return errors === 0 ? `No problems found${looked}.` : `${counted(errors, 'problem')} to fix${looked}.`;
}

async function allFindings(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  try {
    return await withConnector(env, async ({ config, connector, mapping, redis }) => {
      const warnings = config.warnings.map((message): Finding => {
        return {
          level: 'warning',
          subject: 'environment',
          message,
          fix: 'correct it in the environment or in .env',
        };
      });
      const redisFindings = await checkRedis(redis, config.redis.nodes);
      const isRedisThere = redisFindings.every(
        ({ subject, level }) => subject !== 'Redis' || level !== 'error',
      );
      return [
        ok('version', readVersion()),
        ok('configuration', `connector ${connector.name}, ${config.defaultCountry}, ${config.timeZone}`),
        ...warnings,
        webhookFinding(config.webhook),
        ...redisFindings,
        ...(await connector.check()),
        ...(isRedisThere ? await checkAccount(connector, openAccounts(redis, connector.name)) : []),
        ok('mapping', `${config.mappingFile ?? 'the default'}: ${mapping.fields.length} fields`),
        ...(await checkMappedFields(connector, mapping)),
      ];
    });
  } catch (cause) {
    if (cause instanceof ConfigError) {
      return [error('configuration', cause.message, 'set the missing variables')];
    }
    if (cause instanceof MappingError) return [error('mapping', cause.message, 'fix the mapping file')];
    throw cause;
  }
}

function webhookFinding({ secrets, scheme }: { secrets: readonly string[]; scheme: string }): Finding {
  const count = secrets.length;
  if (count > 0) return ok('webhook', `${count} secret${count > 1 ? 's' : ''}, scheme ${scheme}`);
  const fix = 'copy the signing secret from Altur’s webhook settings';
  return error('webhook', 'no ALTUR_WEBHOOK_SECRET', fix);
}

const MARKS = { ok: '✓', warning: '!', error: '✗' } as const;

function findingText({ level, subject, message, fix }: Finding): string {
  return `${MARKS[level]} ${subject}: ${message}\n${fix === undefined ? '' : `    → ${fix}\n`}`;
}
