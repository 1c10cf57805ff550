/** docs/performance.md: what a whole run of the benchmark printed. */
import { writeFile } from 'node:fs/promises';

const PAGE = new URL('../docs/performance.md', import.meta.url);

export interface MeasuredPart {
  readonly name: string;
  readonly seconds: number;
  /** Of the machine, before it began and after it ended. */
  readonly loads: readonly [string, string];
  readonly lines: readonly string[];
}

export interface MeasuredRun {
  readonly machine: string;
  readonly at: Date;
  readonly parts: readonly MeasuredPart[];
}

/** What each part measures, and how to read it. */
const ABOUT: Readonly<Record<string, string>> = {
  requests:
    'The requests to the CRM that an event costs, beside a writer that handles every event by itself, on the same simulated CRM. Read the ratio: it holds on any machine; events per second do not.',
  capacity:
    'What the workers write of a full queue, and how much of it the CRM’s quota lets through. “allowed” is the calls per second that the quota would let through at the requests per call of that row: the tightest of its buckets decides. Read the percentage and the 429s; CPU per call says what another machine would do.',
  recordings:
    'What 200 people who listen slowly to a long recording cost an ingress. Read the growth of its memory and the ratio of the webhooks’ times.',
  ingress:
    'The ingress beside the naive form of it (Express, HMAC, zod, one `queue.add` per request) in the same run. Read the ratio.',
  'redis-bytes':
    'The memory of Redis that a waiting event takes, beside the size of its JSON. Read the ratio; it depends on the event’s size.',
  start: 'How long a process takes from its start until it is ready.',
};

export async function writePage(run: MeasuredRun): Promise<void> {
  await writeFile(PAGE, pageOf(run));
}

export function pageOf({ machine, at, parts }: MeasuredRun): string {
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  const head = [
    '# Performance',
    `Written by \`npm run bench\` on ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC, in ${Math.round(seconds)} s. Run it to have your own figures.`,
    `The machine: ${machine}. Simulated CRM, Redis and the service share its cores.`,
  ];
  return `${[...head, ...parts.flatMap(section)].join('\n\n')}\n`;
}

function section({ name, seconds, loads: [before, after], lines }: MeasuredPart): string[] {
  const about = ABOUT[name];
  const text = lines.join('\n').replace(/^\n+|\n+$/g, '');
  return [
    `## ${name}`,
    ...(about === undefined ? [] : [about]),
    `\`\`\`text\n${text}\n\`\`\``,
    `By \`npm run bench -- ${name}\`: ${Math.round(seconds)} s, ${before} before and ${after} after it.`,
  ];
}
