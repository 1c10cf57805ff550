/** One component that the Metadata API refuses while the others of its call stand. */
export class MetadataRefused extends Error {
  override readonly name = 'MetadataRefused';
  readonly statusCode: string;

  constructor(statusCode: string, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}
