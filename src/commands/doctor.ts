import type { Finding } from '../../connectors/connector.ts';
import { ConfigError } from '../config/config.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { MappingError } from '../mapping/mapping-error.ts';
import { nearest } from '../mapping/validate/nearest.ts';
import { openPauseNotice } from '../queue/pause-notice.ts';
import { openQueue, waitingJobs } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { connected, withConnector } from './session.ts';
import { parseArguments } from './usage.ts';

/** One screen: every part, whether it works, and how to mend it. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  parseArguments('doctor', { args: [...args] });
  const findings = await examine(env);
  for (const finding of findings) process.stdout.write(line(finding));
  const errors = findings.filter(({ level }) => level === 'error').length;
  process.stdout.write(errors === 0 ? '\nEverything needed is there.\n' : `\n${errors} to mend.\n`);
  return errors === 0 ? 0 : 1;
}

async function examine(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  try {
    return await withConnector(env, async ({ config, connector, mapping, redis }) => {
      const secrets = config.webhook.secrets.length;
      const webhook: Finding =
        secrets > 0
          ? ok('webhook', `${secrets} secret${secrets > 1 ? 's' : ''}, scheme ${config.webhook.scheme}`)
          : error(
              'webhook',
              'no ALTUR_WEBHOOK_SECRET',
              'copy the signing secret from Altur’s webhook settings',
            );
      const warnings = config.warnings.map((message): Finding => {
        return { level: 'warning', subject: 'environment', message, fix: 'mend the name or remove it' };
      });
      return [
        ok('configuration', `connector ${connector.name}, ${config.defaultCountry}, ${config.timeZone}`),
        ...warnings,
        webhook,
        ...(await checkRedis(redis, config.redis.nodes)),
        ...(await connector.check()),
        ok('mapping', `${config.mappingFile ?? 'the default'}: ${mapping.fields.length} fields of its own`),
        ...(await checkFields(connector, mapping)),
      ];
    });
  } catch (cause) {
    if (cause instanceof ConfigError) return [error('configuration', cause.message, 'set what is missing')];
    if (cause instanceof MappingError) return [error('mapping', cause.message, 'mend the mapping file')];
    throw cause;
  }
}

async function checkRedis(redis: RedisClient, nodes: readonly string[]): Promise<Finding[]> {
  try {
    await connected(redis, nodes);
    const findings = [ok('Redis', 'answers')];
    const policy = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1];
    if (policy !== undefined && policy !== 'noeviction') {
      findings.push(
        error('Redis', `evicts keys (${policy}): calls can be lost`, 'set maxmemory-policy noeviction'),
      );
    }
    const persistence = await redis.info('persistence');
    if (!/^aof_enabled:1/m.test(persistence)) {
      const fix = 'start it with --appendonly yes';
      findings.push({
        level: 'warning',
        subject: 'Redis',
        message: 'keeps no append-only file: a crash of Redis loses calls',
        fix,
      });
    }
    const counts = await waitingJobs(openQueue(redis));
    findings.push(
      ok(
        'queue',
        `${counts.wait} waiting, ${counts.active} being written, ${counts.delayed} to be tried again`,
      ),
    );
    if (counts.failed)
      findings.push({
        level: 'warning',
        subject: 'queue',
        message: `${counts.failed} parked`,
        fix: '`failed list` says why, `failed retry` tries again',
      });
    const pause = await openPauseNotice(redis).read();
    if (pause)
      findings.push(
        error('queue', `waits: ${pause.reason}`, `tried again at ${new Date(pause.until).toISOString()}`),
      );
    return findings;
  } catch (cause) {
    return [error('Redis', (cause as Error).message, 'start Redis or mend REDIS_URL')];
  }
}

/** Fields the mapping names that the CRM lacks are left out of every call. */
async function checkFields(
  connector: { schema(): Promise<import('../../connectors/connector.ts').CrmSchema> },
  { fields, policy: { matchFields = [] } }: CompiledMapping,
): Promise<Finding[]> {
  try {
    const schema = await connector.schema();
    const lost = matchFields.filter((name) => !schema.person.has(name));
    const unmatched = lost.map((name) => {
      const near = nearest(name, [...schema.person.keys()]);
      const meant = near === undefined ? '' : `; did you mean ${near}?`;
      return error(
        'mapping',
        `finds people by ${name}, which the CRM does not have${meant}`,
        'mend match.by, or create it',
      );
    });
    const warn = (message: string, some: typeof fields, fix: string): Finding[] => {
      const names = some.map(({ object, name }) => `${object}.${name}`).join(', ');
      return some.length === 0
        ? []
        : [{ level: 'warning', subject: 'fields', message: `${message}, so left out: ${names}`, fix }];
    };
    const missing = fields.filter(({ object, name }) => !schema[object].has(name));
    const closed = fields.filter(({ object, name }) => {
      const field = schema[object].get(name);
      return field && !field.createable && !field.updateable;
    });
    return [
      ...unmatched,
      ...warn('not in the CRM', missing, 'run `altur-crm-sync provision`'),
      ...warn('not to be written by this user', closed, 'give them edit access, or mend the mapping'),
    ];
  } catch {
    // `check` has already said why the CRM does not answer.
    return [];
  }
}

const ok = (subject: string, message: string): Finding => ({ level: 'ok', subject, message });
const error = (subject: string, message: string, fix: string): Finding => ({
  level: 'error',
  subject,
  message,
  fix,
});

const MARKS = { ok: '✓', warning: '!', error: '✗' } as const;

function line({ level, subject, message, fix }: Finding): string {
  return `${MARKS[level]} ${subject}: ${message}\n${fix === undefined ? '' : `    → ${fix}\n`}`;
}
