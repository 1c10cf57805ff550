/** The ingress of the simulation, and Altur: it sends an event again until it is accepted. */
import { enqueue } from '../../src/queue/queue.ts';
import { withTimeout } from '../../src/timeout.ts';
import { eventOf } from './mapping.ts';
import type { PlannedDelivery } from './plan.ts';
import { simulatedQueue } from './queue/client.ts';
import type { QueueServer } from './queue/server.ts';
import { simulatedRedis } from './redis/client.ts';
import type { World } from './world.ts';

const ANSWER_MS = 3_000;
const AGAIN_MS = 5_000;

/** To be called as the ingress; `onAccepted` is called once for each delivery. */
export function startIngress(
  world: World,
  server: QueueServer,
  onAccepted: (delivery: PlannedDelivery) => void,
): void {
  const queue = simulatedQueue(world, server, simulatedRedis(world));
  const deliver = async (delivery: PlannedDelivery): Promise<void> => {
    try {
      await withTimeout(enqueue(queue, eventOf(delivery.content), Date.now(), ['simulated']), ANSWER_MS);
      onAccepted(delivery);
    } catch {
      setTimeout(() => void deliver(delivery), AGAIN_MS);
    }
  };
  for (const delivery of world.plan.deliveries) setTimeout(() => void deliver(delivery), delivery.atMs);
}
