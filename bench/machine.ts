/** The machine that measures: absolute figures are worth what it was at that time. */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { REDIS } from '../test/redis-server.ts';
import { findOrInstall } from '../test/system-program.ts';

export function machine(): string {
  const model = cpus()[0]?.model.trim() || 'CPU of an unknown model';
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  return `${availableParallelism()} cores (${model}), ${memory}, Node ${process.version}, ${redisVersion()}`;
}

/** The load of the last minute. */
export function load(): string {
  const [lastMinute = 0] = loadavg();
  return `load ${lastMinute.toFixed(1)}`;
}

function redisVersion(): string {
  const text = execFileSync(findOrInstall(REDIS), ['--version'], { encoding: 'utf8' });
  const [, name = 'Redis', version = '?'] = /^(\w+) server v=(\S+)/.exec(text) ?? [];
  return `${name} ${version}`;
}
