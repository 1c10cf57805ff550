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

/** This machine, or a name without a dot, such as a service's in docker-compose: never a host on the internet. */
export function isNearby(hostname: string): boolean {
  return (
    /^(127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) ||
    /(^|\.)(localhost|host\.docker\.internal)$/.test(hostname) ||
    /^[^.:[\]]+$/.test(hostname)
  );
}
