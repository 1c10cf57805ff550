import { setFlagsFromString } from 'node:v8';
import { UsageError } from './command-line.ts';

/** Of the whole stop. Another worker takes over what is in flight then, within 15 s. */
const STOP_MS = 25_000;

/**
 * A batch leaves much garbage, and V8 collects it late while there is memory: on a long queue a worker took 350 MB
 * instead of 160, and was no faster. For an ingress the same flag takes 75 % more CPU per event; there the space for new
 * objects, which grew to 128 MB, is kept as large as it is once all is loaded: 165 MB instead of 260, and no CPU.
 *
 * What was compiled under one set of flags is invalid under another. So these are set when all is loaded, and unset before
 * the end, when Node keeps what it has compiled: set first, they made V8 compile all again at each start.
 */
const SAVE_MEMORY = { ingress: '--semi-space-growth-factor=1', others: '--optimize-for-size' } as const;
const AS_USUAL = { ingress: '--semi-space-growth-factor=2', others: '--no-optimize-for-size' } as const;

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
  const kind = role === 'ingress' ? 'ingress' : 'others';
  setFlagsFromString(SAVE_MEMORY[kind]);
  const signal = await stopping;
  log.info('stopping', { signal });
  // Until the process has ended: a reader of the log that has stopped may keep it as well.
  setTimeout(() => {
    log.error('stop deadline exceeded: another worker takes over the calls in flight');
    process.exit(1);
  }, STOP_MS);
  await service.close();
  setFlagsFromString(AS_USUAL[kind]);
  log.info('stopped');
  return 0;
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}
