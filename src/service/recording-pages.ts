/** The recordings behind the links in the CRM, put together from the configuration. */
import type { Router } from 'express';
import type { Config } from '../config/config.ts';
import type { Log } from '../log.ts';
import type { RecordingMetrics } from '../metrics/recording-metrics.ts';
import { AlturRecordings } from '../recordings/altur-recordings.ts';
import { RecordingLinks } from '../recordings/recording-links.ts';
import { recordings } from '../recordings/recordings.ts';
import type { Releases } from './releases.ts';

export interface RecordingPageParts {
  readonly config: Pick<Config, 'recordings' | 'altur' | 'language'>;
  readonly log: Log;
  readonly metrics: RecordingMetrics;
  readonly releases: Releases;
}

const TIMES = { headersMs: 15_000, idleMs: 30_000, countMs: 20_000 };
const STALLED_MS = 120_000;
const MAX_STREAMS = 256;

/** None unless links to recordings can be made. */
export function recordingPages({ config, log, metrics, releases }: RecordingPageParts): readonly Router[] {
  const { apiKey, apiUrl } = config.altur;
  if (!config.recordings || apiKey === undefined) return [];
  const altur = new AlturRecordings({ apiUrl, apiKey }, TIMES);
  releases.add(() => altur.close());
  const links = new RecordingLinks(config.recordings);
  const { language } = config;
  return [
    recordings({ links, altur, log, metrics, language, maxStreams: MAX_STREAMS, stalledMs: STALLED_MS }),
  ];
}
