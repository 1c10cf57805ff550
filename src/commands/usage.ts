/** Thrown when a command is called wrongly; the message says how it is called rightly. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
