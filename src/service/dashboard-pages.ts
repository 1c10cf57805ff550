/** The pages people open, put together from what they show. */
import { readFile } from 'node:fs/promises';
import type { Router } from 'express';
import type { Log } from '../../connectors/connector.ts';
import type { Config } from '../config/config.ts';
import { dashboard } from '../dashboard/dashboard.ts';
import { openPreviewer, type Previewer } from '../preview/preview.ts';
import { answerPreview } from '../preview/preview-response.ts';
import { openRecent, type RecentEvents } from '../queue/recent-events.ts';
import type { RedisClient } from '../queue/redis.ts';

/** None unless a password for them is set. */
export function openPages(
  config: Config,
  redis: RedisClient,
  log: Log,
  releases: (() => unknown)[],
): readonly Router[] {
  const password = config.dashboardPassword;
  if (password === undefined) return [];
  if (!config.connector) {
    log.warn('the dashboard stays off: set CRM_CONNECTOR, so that it can show what would be written');
    return [];
  }
  const previewer = openPreviewer(config, log);
  releases.push(previewer.close);
  const recent = openRecent(redis);
  return [
    dashboard({
      password,
      data: () => pageData(config, previewer, recent),
      preview: (question) => answerPreview(previewer, question),
    }),
  ];
}

/** What the preview page starts with. */
async function pageData(config: Config, previewer: Previewer, recent: RecentEvents): Promise<object> {
  const { definition, settings } = config.connector!;
  const events = await recent.list();
  return {
    crm: definition.name,
    asks: settings !== undefined,
    mapping: await previewer.ownMapping(),
    defaultMapping: await readFile(definition.mappingFile, 'utf8'),
    recent: events.map(({ event, receivedAt }) => ({
      label: `${new Date(receivedAt).toISOString().slice(11, 19)} ${event.id}`,
      event: JSON.stringify(event, null, 2),
    })),
    sample: JSON.stringify(SAMPLE, null, 2),
  };
}

/** A made-up call, for a page that is opened before the first one has come. */
const SAMPLE = {
  event_type: 'on_call_end',
  id: 'cll_example',
  type: 'outbound',
  status: 'ended',
  phone_number_from: '+525550000000',
  phone_number_to: '+525512345678',
  answered_by: 'human',
  started_at: '2026-11-24T16:00:00Z',
  ended_at: '2026-11-24T16:00:45Z',
  duration: 45,
  transcript: [
    { sent_by: 'assistant', sent_at: '2026-11-24T16:00:02Z', content: '¿Hablo con Sofía?' },
    { sent_by: 'user', sent_at: '2026-11-24T16:00:06Z', content: 'Sí. Pago el viernes.' },
  ],
  assistant: { name: 'Diana Arroyo' },
  campaign_user: {
    f_id: 'cliente-1',
    name: 'Sofía Hernández',
    contact: '+525512345678',
    status: 'converted',
    extracted_data: { 'Payment Amount': '1200', 'Payment Date': '2026-11-27' },
    tags: ['payment_promise'],
  },
};
