import { OperatorError } from '../../src/operator-error.ts';

/** The demo cannot go on; the message says why, and what to do. */
export class DemoError extends OperatorError {
  override readonly name = 'DemoError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'DEMO_FAILED', cause });
  }
}
