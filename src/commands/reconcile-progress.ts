/** The progress of a run on stderr: a bar on a terminal, a line every ten seconds elsewhere. */
import type { ReconcileRun } from '../reconcile/reconcile-run.ts';

const LINE_EVERY_MS = 10_000;
const WIDTH = 24;

export interface ShownProgress {
  /** `share`: of the work, from 0 to 1. */
  show(run: ReconcileRun, share: number): void;
  /** What follows begins on a line of its own. */
  end(): void;
}

export function showProgress(stream: NodeJS.WriteStream = process.stderr): ShownProgress {
  const line = progressLine(stream);
  return { ...line, show: (run, share) => line.show(share, () => progressText(run, share)) };
}

/** The same for any work. */
export interface ProgressLine {
  show(share: number, text: () => string): void;
  end(): void;
}

export function progressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): ProgressLine {
  let isShown = false;
  return {
    show(share, text) {
      const full = Math.round(share * WIDTH);
      const line = `[${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}] ${text()}`;
      stream.write(`\r\u001b[2K${line.slice(0, Math.max(20, stream.columns - 1))}`);
      isShown = true;
    },
    end() {
      if (isShown) stream.write('\n');
    },
  };
}

function lines(stream: Pick<NodeJS.WriteStream, 'write'>): ProgressLine {
  let nextAt = Date.now() + LINE_EVERY_MS;
  return {
    show(_, text) {
      if (Date.now() < nextAt) return;
      nextAt = Date.now() + LINE_EVERY_MS;
      stream.write(`${text()}\n`);
    },
    end() {},
  };
}

export function progressText(run: ReconcileRun, share: number): string {
  const { startedAt, updatedAt, listed, missing, enqueued, waitingFor, isDryRun } = run;
  const seconds = (updatedAt - startedAt) / 1_000;
  const parts = [
    `${Math.floor(share * 100)} %: ${listed} calls compared`,
    `${missing} missing${isDryRun ? '' : `, ${enqueued} of them queued`}`,
  ];
  if (seconds >= 1 && listed > 0) parts.push(`${Math.round(listed / seconds)} calls/s`);
  if (share > 0.02 && share < 1) parts.push(`about ${spanText((seconds * (1 - share)) / share)} left`);
  if (waitingFor !== undefined) parts.push(`waiting: ${waitingFor}`);
  return parts.join(' · ');
}

/** `40 s`, `12 min`, `3.5 h` */
export function spanText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.round(seconds / 360) / 10} h`;
}
