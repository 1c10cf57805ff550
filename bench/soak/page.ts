/** The chart of a soak, and the page around it. */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawChart, type Panel, type Series } from './chart.ts';
import { type Check, listed, memoryText, mib, type SoakFacts } from './checks.ts';
import type { SoakOptions } from './options.ts';
import { isOurs, type Sample } from './samples.ts';

const DOCS = new URL('../../docs/', import.meta.url).pathname;
/** Over which a rate is taken. */
const RATE_SECONDS = 10;
/** Of the keys besides the ledger. */
const LARGEST = 4;

export interface SoakRun {
  readonly options: SoakOptions;
  readonly at: Date;
  readonly machine: string;
  readonly limits: string;
  readonly samples: readonly Sample[];
  readonly facts: SoakFacts;
  readonly checks: readonly Check[];
}

/** A run of another size than the documented one leaves docs/ alone. Answers where the page is. */
export async function writePage(run: SoakRun): Promise<string> {
  const { crm, backlog, isFull } = run.options;
  const name = `soak${backlog ? '-backlog' : ''}${crm === 'hubspot' ? '' : `-${crm}`}`;
  const folder = isFull ? DOCS : tmpdir();
  await writeFile(join(folder, `${name}.svg`), chartOf(run));
  const page = join(folder, `${name}.md`);
  await writeFile(page, pageOf(run, name));
  return page;
}

function chartOf({ options, samples }: SoakRun): string {
  const series = (name: string, of: (sample: Sample) => number): Series => {
    return { name, points: samples.map((sample) => [sample.seconds, of(sample)]) };
  };
  const processes = Object.keys(samples[0]!.rssMiB).filter(isOurs);
  const panels: Panel[] = [
    {
      title: 'Throughput',
      unit: 'per second',
      series: [
        ...(options.backlog ? [] : [rateOf('deliveries answered 200', samples, ({ answered }) => answered)]),
        rateOf('calls written to the CRM', samples, ({ written }) => written),
      ],
    },
    {
      title: 'Waiting',
      unit: 'calls',
      series: [series('accepted and not written yet', ({ waiting }) => waiting)],
    },
    {
      title: 'Memory',
      unit: 'MiB',
      series: [
        ...processes.map((process) => series(process, ({ rssMiB }) => rssMiB[process] ?? 0)),
        series('Redis, used', ({ redisBytes }) => redisBytes / 2 ** 20),
      ],
    },
  ];
  return drawChart(titleOf(options), panels);
}

function rateOf(name: string, samples: readonly Sample[], countOf: (sample: Sample) => number): Series {
  const points = samples.flatMap((sample, index): [number, number][] => {
    const before = samples[index - RATE_SECONDS];
    if (!before) return [];
    return [[sample.seconds, (countOf(sample) - countOf(before)) / (sample.seconds - before.seconds)]];
  });
  return { name, points };
}

export function titleOf({ events, minutes, backlog, crm }: SoakOptions): string {
  const count = events.toLocaleString('en');
  const title = crm === 'hubspot' ? 'HubSpot' : 'Salesforce';
  return backlog
    ? `${count} calls waiting, to ${title}`
    : `${count} events in ${minutes} minutes, to ${title}`;
}

/** For the terminal and the page. */
export function summaryOf({
  options,
  samples,
  facts,
}: Pick<SoakRun, 'options' | 'samples' | 'facts'>): string[] {
  const { redis } = facts;
  const ledgerBytes = redis.ledger.reduce((sum, { bytes }) => sum + bytes, 0);
  const requests = Object.values(facts.requests).reduce((sum, count) => sum + count, 0);
  return [
    `events: ${facts.events} of ${options.people} people, and ${facts.redeliveries} redeliveries: ${listed(facts.answers)}`,
    ...(options.backlog
      ? []
      : [
          `answers: p50 ${facts.p50Ms.toFixed(0)} ms, p99 ${facts.p99Ms.toFixed(0)} ms; the sender itself was at most ${facts.lateMs.toFixed(0)} ms late`,
        ]),
    `written after ${facts.seconds.toFixed(0)} s, ${facts.drainSeconds.toFixed(0)} s after the last event; at most ${facts.largestWaiting} waited`,
    `requests to the CRM: ${requests}, ${(requests / facts.events).toFixed(4)} per event: ${listed(facts.requests)}`,
    ...facts.memory.map(
      (memory) => `${memory.process}: ${memoryText(memory)}, at most ${memory.most.toFixed(0)}`,
    ),
    ...othersAtTheEnd(samples),
    `Redis: ${mib(redis.startBytes)} MiB at the start, at most ${mib(redis.mostBytes)}, ${mib(redis.endBytes)} at the end, ${mib(redis.restBytes)} without the ledger`,
    `ledger: ${Math.round(ledgerBytes / facts.events)} bytes per call, kept for 30 days:`,
    ...redis.ledger.map(
      ({ name, keys, bytes }) => `  ${name}: ${keys} keys, ${Math.round(bytes / keys)} bytes each`,
    ),
    `other keys: ${redis.others.length}, of them the largest:`,
    ...redis.others.slice(0, LARGEST).map(({ name, bytes }) => `  ${name}: ${mib(bytes)} MiB`),
  ];
}

function othersAtTheEnd(samples: readonly Sample[]): string[] {
  const last = samples.at(-1)?.rssMiB ?? {};
  const others = Object.entries(last).filter(([process]) => !isOurs(process));
  return [
    `no part of the service, at the end: ${others.map(([name, mib]) => `${name} ${mib.toFixed(0)} MiB`).join(', ')}`,
  ];
}

export function checkLine({ name, passed, found }: Check): string {
  return `${passed ? 'ok  ' : 'FAIL'} ${name}: ${found}`;
}

function pageOf(run: SoakRun, name: string): string {
  const { options, at, machine, limits, checks } = run;
  const flags = [
    ...(options.crm === 'hubspot' ? [] : [`--crm ${options.crm}`]),
    ...(options.backlog ? [`--backlog ${options.events}`] : []),
  ];
  const command = ['npm run soak', ...(flags.length > 0 ? ['--', ...flags] : [])].join(' ');
  const what = options.backlog
    ? `${options.events.toLocaleString('en')} calls wait when the workers start`
    : `A sender delivers ${options.events.toLocaleString('en')} events in ${options.minutes} minutes at an even rate, of ${options.people.toLocaleString('en')} people who repeat, and 2 % of them a second time`;
  return `${[
    `# Soak: ${titleOf(options)}`,
    `Written by \`${command}\` on ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC. Run it to have your own.`,
    `${what}. One ingress, ${options.workers} workers, Redis with an append-only file, and the simulated CRM (${limits}) are processes of their own.`,
    `The machine, which all of them share: ${machine}.`,
    `![Throughput, waiting calls and memory over time](${name}.svg)`,
    `\`\`\`text\n${[...checks.map(checkLine), '', ...summaryOf(run)].join('\n')}\n\`\`\``,
    '“After the warm-up”, “in the middle” and “at the end” are medians of a tenth of the time in which events were sent: the second tenth, the one around the middle and the last. What a kind of key takes is measured by deleting it.',
  ].join('\n\n')}\n`;
}
