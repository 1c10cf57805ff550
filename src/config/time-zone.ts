/** `DEFAULT_TIMEZONE`. */
import { nearest } from '../mapping/validate/nearest.ts';

const FORM = 'must be an IANA time zone, such as America/Mexico_City';

/** Undefined where it is one. */
export function timeZoneProblem(name: string): string | undefined {
  if (/^((GMT|UTC|Z)?\s*[+-]\d|Etc\/GMT[+-])/i.test(name)) {
    return `${FORM}, and no offset: an offset does not know when clocks change`;
  }
  if (isTimeZone(name)) return undefined;
  const meant = similarZone(name.replace(/\s+/g, '_'));
  return meant === undefined ? FORM : `${FORM}; did you mean ${meant}?`;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** `Mexico_City` is a city of a zone, `America/Mexco_City` a typing error. */
function similarZone(name: string): string | undefined {
  const zones = Intl.supportedValuesOf('timeZone');
  const city = zones.find((zone) => zone.toLowerCase().endsWith(`/${name.toLowerCase()}`));
  return city ?? (name.length > 4 ? nearest(name, zones, 2) : undefined);
}
