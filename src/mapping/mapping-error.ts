import { OperatorError } from '../operator-error.ts';

/** An issue and where it is in the file, both from 1. `code` is stable. */
export interface LocatedIssue {
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
}

/** A mapping file is not valid: every issue in one message, each with its place. */
export class MappingError extends OperatorError {
  override readonly name = 'MappingError';
  readonly issues: readonly LocatedIssue[];

  /** `source`: the name of the file in messages. */
  constructor(source: string, issues: readonly LocatedIssue[]) {
    const list = issues.map(({ line, column, message }) => `  ${source}:${line}:${column}: ${message}`);
    super(
      `The mapping has ${issues.length === 1 ? 'an issue' : `${issues.length} issues`}:\n${list.join('\n')}`,
      { code: 'MAPPING_INVALID' },
    );
    this.issues = issues;
  }
}
