/** Starts connectors on their simulated CRMs for one case, and closes them after it. */
import type { MatchPolicy, RequestObserver } from '../../../connectors/connector.ts';
import { recordingLog } from '../../recording-log.ts';
import { mapCache, mapLastWrites } from '../fixtures.ts';
import type { Harness } from './harness.ts';
import { Scene } from './scene.ts';

export interface SceneOptions {
  readonly policy?: Partial<MatchPolicy>;
  readonly provisioned?: boolean;
  /** How long the CRM may take to respond. */
  readonly requestTimeoutMs?: number;
  readonly observeRequest?: RequestObserver;
}

export class Stage {
  readonly harness: Harness;
  readonly #open: Scene[] = [];

  constructor(harness: Harness) {
    this.harness = harness;
  }

  async scene(options: SceneOptions = {}): Promise<Scene> {
    const { policy, provisioned = true, requestTimeoutMs, observeRequest } = options;
    const { fields } = this.harness;
    const cache = mapCache();
    const log = recordingLog();
    const crm = await this.harness.start({
      provisioned,
      context: {
        policy: { onMissing: 'create', onMany: 'newest', ifEmpty: [fields.name, fields.phone], ...policy },
        personCache: cache,
        lastWrites: mapLastWrites(),
        log,
        timeZone: 'America/Mexico_City',
        objects: ['person', 'call', 'task'],
        ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
        ...(observeRequest && { observeRequest }),
      },
    });
    const scene = new Scene(fields, crm, cache, log);
    this.#open.push(scene);
    // The schema is read first, so that the requests that follow look people up and write them.
    if (provisioned) await crm.connector.schema();
    return scene;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map(({ crm }) => crm.close()));
  }
}
