import { setFlagsFromString } from 'node:v8';
import { UsageError } from './command-line.ts';

/** Of the whole stop. Another worker takes over what is in flight then, within 15 s. */
const STOP_MS = 25_000;

/**
 * A batch leaves much garbage, and V8 collects it late while there is memory: on a long queue a worker took 350 MB
 * instead of 160, and was no faster. What was compiled under one set of flags is invalid under another. So this one is
 * set when all is loaded, and unset before the end, when Node keeps what it has compiled: set first, it made V8 compile
 * all again at each start of a worker, and for the ingress and the commands after it.
 */
const COLLECT_EARLY = '--optimize-for-size';
const COLLECT_AS_USUAL = '--no-optimize-for-size';

export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [role = 'all', ...others] = args;
  if (others.length > 0 || (role !== 'all' && role !== 'ingress' && role !== 'worker')) {
    throw new UsageError('start takes no argument, `ingress` or `worker`');
  }
  // Before anything is loaded: a container's first process ignores signals it does not handle.
  const stopping = stopSignal();
  const [{ loadConfig }, { createLog }, { captureLibraryOutput }, { startService }, { readVersion }] =
    await Promise.all([
      import('../config/config.ts'),
      import('../log.ts'),
      import('../library-output.ts'),
      import('../service/service.ts'),
      import('../version.ts'),
    ]);
  const config = await loadConfig(env, role);
  const log = createLog(config.log);
  captureLibraryOutput(log);
  // Before anything can fail: the version is the first thing that is asked for.
  log.info('starting', { role, version: readVersion(), node: process.version });
  for (const warning of config.warnings) log.warn('configuration warning', { warning });
  const service = await startService(config, role, log);
  if (role !== 'ingress') setFlagsFromString(COLLECT_EARLY);
  const signal = await stopping;
  log.info('stopping', { signal });
  // Until the process has ended: a reader of the log that has stopped may keep it as well.
  setTimeout(() => {
    log.error('stop deadline exceeded: another worker takes over the calls in flight');
    process.exit(1);
  }, STOP_MS);
  await service.close();
  if (role !== 'ingress') setFlagsFromString(COLLECT_AS_USUAL);
  log.info('stopped');
  return 0;
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}
