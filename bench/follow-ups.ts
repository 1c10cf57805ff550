/** A mapping with a follow-up for every event of the benchmark: a task more, and its link to the person. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAPPING = `followUps:
  call-back:
    any: [{ path: customer.tags, contains: call_later }]
    subject: "Call {{customer.name}} back"
    due: { in: 2 hours }
`;

/** Runs `work` with the environment that chooses the mapping. */
export async function withFollowUps<T>(work: (env: Record<string, string>) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'altur-bench-'));
  try {
    const file = join(folder, 'mapping.yaml');
    await writeFile(file, MAPPING);
    return await work({ MAPPING_FILE: file });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
