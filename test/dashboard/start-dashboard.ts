/** The dashboard on the real app, at a port of its own, with parts that a test may replace. */
import { type DashboardParts, dashboard } from '../../src/dashboard/dashboard.ts';
import { createApp } from '../../src/ingress/app.ts';
import { startServer } from '../../src/ingress/server.ts';
import { createMetrics, type Metrics } from '../../src/metrics/metrics.ts';
import { recordingLog } from '../recording-log.ts';
import { scriptedData } from './scripted/scripted-data.ts';

export const PASSWORD = 'correct horse ñ';

export interface RunningDashboard {
  readonly url: string;
  readonly log: ReturnType<typeof recordingLog>;
  readonly metrics: Metrics;
  /** Signed in unless `headers` say otherwise. */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: string, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export async function startDashboard(parts: Partial<DashboardParts> = {}): Promise<RunningDashboard> {
  const log = recordingLog();
  const metrics = createMetrics();
  const page = dashboard({
    password: PASSWORD,
    log,
    metrics,
    language: 'en',
    timeZone: 'America/Mexico_City',
    commands: { send: 'crm-sync send example.json', startWorker: 'compose up -d worker' },
    data: scriptedData(),
    preview: { data: async () => ({}), preview: async () => ({ event: [], mapping: [] }) },
    ...parts,
  });
  const exposition = async () => ({ contentType: 'text/plain', text: await metrics.render(undefined) });
  const server = await startServer(
    createApp({ readiness: async () => [], exposition, log, pages: [page] }),
    0,
  );
  const signedIn = basic('admin', PASSWORD);
  return {
    url: server.url,
    log,
    metrics,
    get: (path, headers = signedIn) => fetch(server.url + path, { headers, redirect: 'manual' }),
    post: (path, body, headers = {}) =>
      fetch(server.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...signedIn, ...headers },
        body,
      }),
    close: () => server.close(),
  };
}

export function basic(user: string, password: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
