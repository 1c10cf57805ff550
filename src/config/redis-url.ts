/** `REDIS_URL`: one server, several nodes of a cluster, or Sentinels and the name of a master. */

export interface RedisUrl {
  readonly nodes: readonly string[];
  readonly sentinelMaster?: string;
}

export const REDIS_URL_FORM =
  'must be redis://host:6379, rediss://… or several of them, separated by commas; or redis+sentinel://host:26379,host:26379/master-name';

export const PASSWORD_NOT_ENCODED =
  'the password must be percent-encoded: write %25 for %, %40 for @, %2F for /, %23 for #, %3F for ? and %2C for a comma';

export const REDIS_URL_QUERY =
  'must not have a query (?…): write it without; rediss:// is for TLS, REDIS_CA_FILE for an authority of your own';

const HOST = String.raw`(?:\[[0-9A-Fa-f:.]+\]|[^\s:/?#@,[\]]+)(?::\d{1,5})?`;
const USER = String.raw`(?:[^\s/?#@,]*@)?`;
const NODE = new RegExp(`^rediss?://${USER}${HOST}(?:/\\d*)?$`);
const WITH_QUERY = new RegExp(`^rediss?://${USER}${HOST}(?:/\\d*)?[?#][^@]*$`);
const SENTINELS = new RegExp(`^(rediss?)\\+sentinel://(${USER})(${HOST}(?:,${HOST})*)/([^\\s/?#@,]+)$`);

/** Answers what is wrong as a text; it never quotes the value. */
export function parseRedisUrl(value: string): RedisUrl | string {
  const sentinels = SENTINELS.exec(value);
  const nodes = sentinels ? nodesOf(sentinels) : value.split(/\s*,\s*(?=rediss?:\/\/)/);
  if (!nodes.every((node) => NODE.test(node) && URL.canParse(node))) {
    if (WITH_QUERY.test(value)) return REDIS_URL_QUERY;
    // An address holds no @; so where one follows, a password came before it.
    return value.includes('@') ? PASSWORD_NOT_ENCODED : REDIS_URL_FORM;
  }
  if (!nodes.every(isDecodable)) return PASSWORD_NOT_ENCODED;
  return sentinels ? { nodes, sentinelMaster: sentinels[4]! } : { nodes };
}

function nodesOf([, scheme, user, hosts]: RegExpExecArray): string[] {
  return hosts!.split(',').map((host) => `${scheme}://${user}${/:\d+$/.test(host) ? host : `${host}:26379`}`);
}

function isDecodable(node: string): boolean {
  const { username, password } = new URL(node);
  try {
    decodeURIComponent(username);
    decodeURIComponent(password);
    return true;
  } catch {
    return false;
  }
}
