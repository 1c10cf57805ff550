export default async function tearDown() {
  await (globalThis as { stopRedis?: () => Promise<void> }).stopRedis?.();
}
