/**
 * Why Redis cannot be used, and what to do. Redis and TLS answer with codes; the texts matched here are theirs:
 * https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
 */

export interface RedisFault {
  /** Stable: docs/troubleshooting.md has a paragraph for each. */
  readonly code: string;
  readonly reason: string;
  readonly fix: string;
}

/** The ACL rule that is enough; the README names it too. */
export const ACL_RULE = '~{altur}:* ~{altur} &* +@all -@admin -@dangerous +info';

/** The first word of an error that Redis answered; undefined for every other error. */
export function replyCode(error: Error): string | undefined {
  return error.name === 'ReplyError' ? /^[A-Z]+/.exec(error.message)?.[0] : undefined;
}

/** Of ioredis, for commands that the connection did not carry out, or whose answer did not come. These have no code. */
const NOT_ANSWERED =
  /^(Connection is closed|Command (timed out|aborted)|Stream isn't writeable|Reached the max retries per request)/;

/** Whether a command failed because of Redis, or the connection to it. */
export function isRedisError({ name, message }: Error): boolean {
  return name === 'ReplyError' || NOT_ANSWERED.test(message);
}

/** Whether the user of REDIS_URL may not run a command, or not on our keys. Before Redis 7 scripts say it in words. */
export function isDenied(message: string): boolean {
  return /^NOPERM|ACL failure in script|user executing the script can't/.test(message);
}

export function permissionFault(commands: string): RedisFault {
  return {
    code: 'REDIS_NOPERM',
    reason: `the user of REDIS_URL may not run ${commands} (NOPERM)`,
    fix: `allow it, with ACL SETUSER <user> ${ACL_RULE}`,
  };
}

export const SENTINEL_FAULT: RedisFault = {
  code: 'REDIS_IS_SENTINEL',
  reason: 'REDIS_URL names a Sentinel, which holds no data',
  fix: 'write REDIS_URL=redis+sentinel://host:26379,host:26379/master-name',
};

export const FULL = {
  code: 'REDIS_FULL',
  fix: 'raise maxmemory, or find out why the queue is not emptying',
} as const;

/** Of a connection that had no error. */
export const SILENT_CODE = 'REDIS_NO_ANSWER';

const SILENT: RedisFault = {
  code: SILENT_CODE,
  reason: 'the connection is accepted and closed, or left, without an answer of Redis',
  fix: 'if this port expects TLS, write rediss:// in REDIS_URL; else check that it is Redis that listens there',
};

const NO_TLS_ANSWER: RedisFault = {
  code: 'REDIS_NOT_TLS',
  reason: 'no answer in TLS (ETIMEDOUT)',
  fix: 'if this port does not speak TLS, write redis:// in REDIS_URL, not rediss://; else check that it runs',
};

interface Rule {
  matches(message: string, code: string): boolean;
  fault(message: string, code: string): RedisFault;
}

const fixed = (code: string, reason: string, fix: string) => () => ({ code, reason, fix });
const begins = (word: string) => (message: string) => message.startsWith(word);

const CERTIFICATE = /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_|ERR_TLS_CERT|ERR_OSSL_X509)/;

const RULES: readonly Rule[] = [
  {
    matches: begins('WRONGPASS'),
    fault: fixed(
      'REDIS_WRONGPASS',
      'the user or the password is wrong (WRONGPASS)',
      'correct the user and the password in REDIS_URL; signs such as @ / # % must be percent-encoded',
    ),
  },
  {
    matches: begins('NOAUTH'),
    fault: fixed(
      'REDIS_NOAUTH',
      'Redis wants a password (NOAUTH)',
      'put it into REDIS_URL: redis://:password@host:6379, or redis://user:password@host:6379',
    ),
  },
  {
    matches: (message) => isDenied(message),
    fault: (message) => {
      const command = /'([\w|]+)' command|run the (\w+) command/.exec(message);
      return permissionFault(command ? (command[1] ?? command[2]!).toUpperCase() : 'this command');
    },
  },
  {
    matches: (message) => /\bREADONLY\b/.test(message),
    fault: fixed(
      'REDIS_READONLY',
      'REDIS_URL names a read-only replica (READONLY)',
      'write the address of the master into REDIS_URL, or REPLICAOF NO ONE if this one is to be the master',
    ),
  },
  {
    matches: (message) => /^(MOVED|ASK|CLUSTERDOWN|TRYAGAIN|CROSSSLOT)\b/.test(message),
    fault: (message) => ({
      code: 'REDIS_CLUSTER',
      reason: `the cluster does not serve our keys now (${message.slice(0, 80)})`,
      fix: 'see CLUSTER INFO; the address that MOVED names must be reachable from here',
    }),
  },
  {
    matches: (message) => /^OOM\b/.test(message),
    fault: () => ({ ...FULL, reason: 'Redis is full (OOM)' }),
  },
  {
    matches: (_, code) => CERTIFICATE.test(code),
    fault: (_, code) => ({
      code: 'REDIS_CERTIFICATE',
      reason: `the certificate of Redis is not trusted (${code})`,
      fix: 'set REDIS_CA_FILE to the certificate of the authority that signed it',
    }),
  },
  {
    matches: (message, code) =>
      code === 'ERR_SSL_WRONG_VERSION_NUMBER' || /wrong version number/i.test(message),
    fault: fixed(
      'REDIS_NOT_TLS',
      'this port does not speak TLS',
      'write redis:// in REDIS_URL, not rediss://',
    ),
  },
  {
    matches: (message) => /^Protocol error, got /.test(message),
    fault: () => SILENT,
  },
  {
    matches: (_, code) => code === 'ENOTFOUND' || code === 'EAI_AGAIN',
    fault: fixed(
      'REDIS_HOST_UNKNOWN',
      'there is no such host',
      'correct the host in REDIS_URL; a password with signs such as @ / # must be percent-encoded',
    ),
  },
];

export interface Circumstances {
  /** The connection was made; with TLS, that too. */
  readonly accepted: boolean;
  readonly tls?: boolean;
}

/** `error`: the last one of a connection; undefined when it had none. */
export function explainRedis(
  error: Error | undefined,
  { accepted, tls = false }: Circumstances = { accepted: true },
): RedisFault {
  const message = error?.message ?? '';
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException;
  const rule = RULES.find(({ matches }) => matches(message, code));
  if (rule) return rule.fault(message, code);
  if (error && replyCode(error) !== undefined) {
    return {
      code: 'REDIS_ERROR',
      reason: `Redis answers with an error: ${message.slice(0, 200)}`,
      fix: 'see that error in the documentation of Redis',
    };
  }
  if (accepted) return SILENT;
  // A Redis without TLS waits for the end of what it takes for a command.
  if (tls && code === 'ETIMEDOUT') return NO_TLS_ANSWER;
  return {
    code: 'REDIS_UNREACHABLE',
    reason: `Redis does not answer${code ? ` (${code})` : ''}`,
    fix: 'check that it runs and that REDIS_URL is right',
  };
}
