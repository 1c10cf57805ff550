/**
 * Checks the SOQL that Salesforce is asked: soql-parser-js reads it, the simulator's own parser reads the same in it, and
 * the org describes the fields it names.
 */
import { isDeepStrictEqual } from 'node:util';
import { parseQuery } from '@jetstreamapp/soql-parser-js';
import type { CheckedAccount, ExchangeCheck } from '../simulators/kit/exchange-check.ts';
import type { HttpRequest } from '../simulators/kit/http-message.ts';
import { parseSoql } from '../simulators/salesforce/soql-parser.ts';
import { fieldsIn, type Outline, outlineOf, outlineOfParsed } from './soql-outline.ts';

type NamesOf = CheckedAccount['namesOf'];

const QUERY = /^\/services\/data\/v[\d.]+\/query(?:All)?\?/;

export function soqlCheck(namesOf: NamesOf): ExchangeCheck {
  /** The same query is sent again and again. */
  const outlines = new Map<string, Outline | string>();
  return {
    request(request) {
      return queriesOf(request).flatMap((soql) => {
        const outline = outlines.get(soql) ?? read(soql);
        outlines.set(soql, outline);
        return typeof outline === 'string' ? [outline] : undescribed(outline, namesOf);
      });
    },
    response: () => [],
  };
}

/** Of a query request, and of the queries in a composite one. */
function queriesOf({ url, body }: HttpRequest): readonly string[] {
  const urls = [url, ...(url.endsWith('/composite') ? subrequestUrls(body) : [])];
  return urls.flatMap((each) => {
    const soql = QUERY.test(each) ? new URL(each, 'http://localhost').searchParams.get('q') : null;
    return soql ?? [];
  });
}

function subrequestUrls(body: string): readonly string[] {
  const { compositeRequest = [] } = JSON.parse(body) as { compositeRequest?: readonly { url: string }[] };
  return compositeRequest.map(({ url }) => url);
}

function read(soql: string): Outline | string {
  const shown = soql.length > 200 ? `${soql.slice(0, 200)}…` : soql;
  try {
    const outline = outlineOfParsed(parseQuery(soql));
    const ours = outlineOf(parseSoql(soql));
    return isDeepStrictEqual(outline, ours) ? outline : `${shown}: the two parsers differ about it`;
  } catch (error) {
    return `${shown}: ${(error as Error).message}`;
  }
}

function undescribed(outline: Outline, namesOf: NamesOf): readonly string[] {
  return fieldsIn(outline).flatMap(([object, field]) => {
    const names = namesOf(object);
    if (!names) return [`a query names the object ${object}, which the org does not have`];
    return names.has(field.split('.')[0]!)
      ? []
      : [`a query names ${object}.${field}, which is not described`];
  });
}
