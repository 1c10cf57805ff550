/** A SOAP call that is refused as a whole. */
export class SoapFault extends Error {
  override readonly name = 'SoapFault';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
