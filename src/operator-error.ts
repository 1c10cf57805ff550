/** Errors that an operator can act on: the message is all they need. Every other error is a defect of this program. */
import { CrmError } from '../connectors/connector.ts';

export interface OperatorErrorOptions {
  /** Stable, in capitals, whatever the message says. */
  readonly code: string;
  /** 1 by default. */
  readonly exitCode?: number;
  readonly cause?: unknown;
}

export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
  readonly operatorError = true;
  readonly code: string;
  /** The exit code of a command that ends with this error. */
  readonly exitCode: number;

  constructor(message: string, { code, exitCode = 1, cause }: OperatorErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** CrmError belongs to the connectors, which know nothing of this class. */
export function isOperatorError(error: unknown): error is Error & { readonly exitCode?: number } {
  if (error instanceof CrmError) return true;
  return error instanceof Error && (error as Partial<OperatorError>).operatorError === true;
}
