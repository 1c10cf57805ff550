/** A script that tries each command BullMQ's scripts and this service use, on keys of its own that expire. */

/**
 * `KEY1` to `KEY6` stand for the probe's keys: one per type, since most commands reject another's. The first command
 * shows whether Redis takes writes at all.
 */
export const COMMANDS: readonly (readonly string[])[] = [
  ['SET', 'KEY1', '1', 'PX', '60000'],
  ['GET', 'KEY1'],
  ['MGET', 'KEY1'],
  ['INCR', 'KEY1'],
  ['INCRBY', 'KEY1', '1'],
  ['EXISTS', 'KEY1'],
  ['TYPE', 'KEY1'],
  ['PTTL', 'KEY1'],
  ['PERSIST', 'KEY1'],
  ['PEXPIREAT', 'KEY1', '1'],
  ['HSET', 'KEY2', 'field', '1'],
  ['HMSET', 'KEY2', 'field', '1'],
  ['HGET', 'KEY2', 'field'],
  ['HMGET', 'KEY2', 'field'],
  ['HGETALL', 'KEY2'],
  ['HEXISTS', 'KEY2', 'field'],
  ['HINCRBY', 'KEY2', 'field', '1'],
  ['HLEN', 'KEY2'],
  ['PEXPIRE', 'KEY2', '60000'],
  ['HDEL', 'KEY2', 'field'],
  ['LPUSH', 'KEY3', '1'],
  ['RPUSH', 'KEY3', '1'],
  ['LRANGE', 'KEY3', '0', '-1'],
  ['LLEN', 'KEY3'],
  ['LINDEX', 'KEY3', '0'],
  ['LPOS', 'KEY3', '1'],
  ['LSET', 'KEY3', '0', '1'],
  ['LTRIM', 'KEY3', '0', '1'],
  ['RPOPLPUSH', 'KEY3', 'KEY3'],
  ['LREM', 'KEY3', '1', '1'],
  ['LPOP', 'KEY3'],
  ['RPOP', 'KEY3'],
  ['ZADD', 'KEY4', '1', '1'],
  ['ZRANGE', 'KEY4', '0', '-1'],
  ['ZREVRANGE', 'KEY4', '0', '-1'],
  ['ZRANGEBYSCORE', 'KEY4', '0', '1'],
  ['ZREVRANGEBYSCORE', 'KEY4', '1', '0'],
  ['ZRANGEBYLEX', 'KEY4', '-', '+'],
  ['ZSCORE', 'KEY4', '1'],
  ['ZCARD', 'KEY4'],
  ['ZCOUNT', 'KEY4', '0', '1'],
  ['ZREMRANGEBYSCORE', 'KEY4', '2', '3'],
  ['ZREM', 'KEY4', '2'],
  ['ZPOPMIN', 'KEY4'],
  ['SADD', 'KEY5', '1'],
  ['SMEMBERS', 'KEY5'],
  ['SISMEMBER', 'KEY5', '1'],
  ['SCARD', 'KEY5'],
  ['SREM', 'KEY5', '1'],
  ['XADD', 'KEY6', 'MAXLEN', '1', '*', 'field', '1'],
  ['XTRIM', 'KEY6', 'MAXLEN', '0'],
  ['TIME'],
  ['SCAN', '0', 'COUNT', '1'],
  ['DEL', 'KEY1', 'KEY2', 'KEY3', 'KEY4', 'KEY5', 'KEY6'],
  ['UNLINK', 'KEY1'],
];

/** The place of the sorted set among the keys. */
export const SORTED = 3;

export function probeKeys(prefix: string): readonly string[] {
  return ['text', 'hash', 'list', 'sorted', 'set', 'stream'].map((type) => `${prefix}:probe:${type}`);
}

/** Answers INFO memory, then the error of each command, empty where there was none. Runs on the node with our keys. */
export const PROBE_SCRIPT = `
local info = redis.pcall('INFO', 'memory')
local answer = { type(info) == 'string' and info or '' }
for _, command in ipairs(cjson.decode(ARGV[1])) do
  for index, word in ipairs(command) do
    local key = string.match(word, '^KEY(%d)$')
    if key then command[index] = KEYS[tonumber(key)] end
  end
  local result = redis.pcall(unpack(command))
  answer[#answer + 1] = type(result) == 'table' and result.err or ''
end
return answer
`;
