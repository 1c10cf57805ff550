/** What is wrong with a URL that an operator has set. The texts come after the name of its variable. */

export interface UrlForm {
  /** How it is written, for the messages. */
  readonly example: string;
  /** May it be more than scheme and host? */
  readonly path?: boolean;
  /** May it be http:// to hosts of other networks too? */
  readonly plain?: boolean;
  /** It is a secret: no part of it is repeated. */
  readonly secret?: boolean;
}

/** Undefined where nothing is wrong. */
export function urlProblem(value: string, form: UrlForm): string | undefined {
  const { example, secret = false } = form;
  const write = (url: string) => (secret ? `write it like ${example}` : `write ${url}`);
  if (/\s/.test(value)) return `has a blank or a line break in it: write it like ${example}`;
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(value)) {
    const isHost = /^[\w.-]+\.[a-z]{2,}(:\d+)?(\/|$)/i.test(value);
    return `does not begin with https://: ${isHost ? write(`https://${value}`) : `write it like ${example}`}`;
  }
  if (!/^https?:/i.test(value)) return `must begin with https://: write it like ${example}`;
  if (!URL.canParse(value)) return `is not a URL: write it like ${example}`;
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') {
    return `must not hold a user name or a password: write it like ${example}`;
  }
  if (url.protocol === 'http:' && !form.plain && !isNearby(url.hostname)) {
    const rest = secret || !form.path ? url.host : `${url.host}${url.pathname}`.replace(/\/$/, '');
    return `is http://, which is not encrypted: ${write(`https://${rest}`)}`;
  }
  const tail = url.pathname + url.search + url.hash;
  if (!form.path && tail !== '/') return `must end after the host: ${write(url.origin)}`;
  return undefined;
}

/** Of networks that are never the internet: https://www.rfc-editor.org/rfc/rfc1918, https://www.rfc-editor.org/rfc/rfc4193 */
const PRIVATE = /^(127|10|192\.168|172\.(1[6-9]|2\d|3[01]))\.[\d.]+$|^\[(::1|f[cd][\da-f:]+)\]$/;

/** This machine, its private network, or a name without a dot, such as a service's in docker-compose: no host on the internet. */
export function isNearby(hostname: string): boolean {
  return (
    PRIVATE.test(hostname) ||
    /(^|\.)(localhost|host\.docker\.internal)$/.test(hostname) ||
    /^[^.:[\]]+$/.test(hostname)
  );
}
