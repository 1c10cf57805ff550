import { SoapFault } from './api-error.ts';
import { callMetadata } from './metadata-api.ts';
import type { Org } from './org.ts';
import { child, parseXml, textOf, toXml } from './xml.ts';

/** The session id that a SOAP request carries in its envelope. */
export function sessionId(xml: string): string | undefined {
  return textOf(child(child(child(parseXml(xml), 'Envelope'), 'Header'), 'SessionHeader'), 'sessionId');
}

/**
 * Answers a call of the Metadata API.
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_intro.htm
 */
export function answerSoap(org: Org, xml: string): { status: number; body: string } {
  const call = child(child(parseXml(xml), 'Envelope'), 'Body')?.children[0];
  try {
    if (!call) throw new SoapFault('sf:UNKNOWN_EXCEPTION', 'the envelope has no body');
    const result = callMetadata(org, call);
    return {
      status: 200,
      body: envelope(`<${call.name}Response>${toXml({ result })}</${call.name}Response>`),
    };
  } catch (error) {
    if (error instanceof SoapFault) return fault(error.code, error.message);
    throw error;
  }
}

export function fault(code: string, message: string): { status: number; body: string } {
  return {
    status: 500,
    body: envelope(`<soapenv:Fault>${toXml({ faultcode: code, faultstring: message })}</soapenv:Fault>`),
  };
}

function envelope(body: string): string {
  const spaces =
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:sf="http://soap.sforce.com/2006/04/metadata"';
  return `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope ${spaces}><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
}
