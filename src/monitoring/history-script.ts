/**
 * The script that adds to the histories of calls. Atomic, so that the index never disagrees with the histories, and
 * independent of the order of what it is told: a worker may be faster than the ingress that stored the call.
 *
 * KEYS[1]: the prefix of all keys, which are in one slot. ARGV: the updates, now, how long a history is kept in ms, how
 * many calls, how many entries of a call.
 *
 * Keys: `:call:<call key>` the history, `:outcome:<letter>` and `:unassigned` the calls by when their outcome changed,
 * `:person:<two letters>` the calls of all persons whose hash begins so: one small sorted set for many persons takes a
 * quarter of the memory of one for each.
 */
export const ADD_SCRIPT = `
local base, now, retention = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local maxCalls, maxEntries = tonumber(ARGV[4]), tonumber(ARGV[5])
local outcomes = { 's', 'k', 'q', 'r', 'x' }
local folded = { d = true, p = true, w = true }
local unfinished = { q = true, r = true }
-- A bucket that many calls are added to is not cleared at each of them.
local upkeepEvery = 3600000

local function read(key)
  local lines = {}
  for line in string.gmatch(redis.call('GET', key) or '', '[^\\n]+') do lines[#lines + 1] = line end
  if #lines == 0 then return {}, lines end
  return cjson.decode(table.remove(lines, 1)), lines
end

local function timeOf(line)
  return tonumber(string.match(line, '^%[(%d+)'))
end

-- The second and later of a kind in a row become one entry, the latest.
local function fold(lines, update)
  if not folded[update.e] or #lines < 2 then return false end
  local entry, last, before = cjson.decode(update.line), cjson.decode(lines[#lines]), cjson.decode(lines[#lines - 1])
  local code = entry[3] or 0
  if last[2] ~= update.e or before[2] ~= update.e or last[1] > update.at then return false end
  if (last[3] or 0) ~= code or (before[3] or 0) ~= code then return false end
  for index = 3, 7 do entry[index] = entry[index] or 0 end
  entry[8] = (last[8] or 1) + 1
  lines[#lines] = cjson.encode(entry)
  return true
end

local function insert(lines, update)
  if fold(lines, update) then return end
  local at = #lines
  while at > 0 and timeOf(lines[at]) > update.at do at = at - 1 end
  table.insert(lines, at + 1, update.line)
  while #lines > maxEntries do table.remove(lines, 2) end
end

local function receive(head, update)
  head.f = math.min(head.f or update.at, update.at)
  if update.e == 'd' then
    head.d = (head.d or 0) + 1
    if not head.v then head.o, head.v, head.u = 'q', 0, update.at end
    return
  end
  head.l = math.max(head.l or update.at, update.at)
  if not head.v or head.v < update.v then
    head.o, head.v, head.u, head.c, head.n = 'q', update.v, update.at, nil, nil
  end
end

local function decide(head, update)
  local version = update.v or head.v or 0
  local known = head.v or -1
  if version < known then return end
  -- The clocks of two machines differ: how a worker ended a call counts, whenever it is said to have been.
  local yields = unfinished[update.o] or not update.v
  if version == known and yields and update.at < head.u then return end
  -- It is told late what the operator saw before.
  if version == known and head.c == 'DISCARDED' and update.o == 'x' then return end
  head.o, head.v, head.u, head.c, head.n = update.o, version, update.at, update.c, update.n
end

local function file(key, head, before)
  if before.o and before.o ~= head.o then redis.call('ZREM', base .. ':outcome:' .. before.o, key) end
  if before.o ~= head.o or before.u ~= head.u then
    redis.call('ZADD', base .. ':outcome:' .. head.o, head.u, key)
  end
  if head.n and before.u ~= head.u then redis.call('ZADD', base .. ':unassigned', head.u, key) end
  if before.n and not head.n then redis.call('ZREM', base .. ':unassigned', key) end
end

-- Of a number that thousands of calls are with, the latest.
local function trimPerson(bucket, person)
  local calls = redis.call('ZREVRANGE', bucket, 0, -1)
  local count = 0
  for _, member in ipairs(calls) do
    if string.sub(member, 1, #person) == person then
      count = count + 1
      if count > 200 then redis.call('ZREM', bucket, member) end
    end
  end
end

local function fileByPerson(names, key, at)
  for _, name in ipairs(names) do
    local bucket, person = base .. ':person:' .. string.sub(name, 1, 2), string.sub(name, 3)
    redis.call('ZADD', bucket, at, person .. key)
    if redis.call('PTTL', bucket) < retention then
      redis.call('ZREMRANGEBYSCORE', bucket, '-inf', now - retention)
      redis.call('PEXPIRE', bucket, retention + upkeepEvery)
    end
    if redis.call('ZCARD', bucket) > 2000 then trimPerson(bucket, person) end
  end
end

local function forget(key)
  local head = read(base .. ':call:' .. key)
  for _, name in ipairs(head.p or {}) do
    redis.call('ZREM', base .. ':person:' .. string.sub(name, 1, 2), string.sub(name, 3) .. key)
  end
  redis.call('DEL', base .. ':call:' .. key)
  redis.call('ZREM', base .. ':unassigned', key)
end

local function addNames(head, names)
  local known = {}
  for _, name in ipairs(head.p or {}) do known[name] = true end
  head.p = head.p or {}
  for _, name in ipairs(names) do
    if not known[name] and #head.p < 6 then table.insert(head.p, name) end
  end
end

-- Most calls that are received are new: nothing is read, and what is written has been made already.
local function begin(update)
  if not update.b then return false end
  if not redis.call('SET', base .. ':call:' .. update.k, update.b, 'NX', 'PX', retention) then return false end
  redis.call('ZADD', base .. ':outcome:q', update.at, update.k)
  fileByPerson(update.p or {}, update.k, update.v)
  return true
end

local function add(update)
  local key = base .. ':call:' .. update.k
  local head, lines = read(key)
  local before = { o = head.o, u = head.u, n = head.n }
  if update.i then head.i = update.i end
  if update.o then decide(head, update) else receive(head, update) end
  insert(lines, update)
  file(update.k, head, before)
  if update.p and (update.e == 'r' or not head.p) then
    addNames(head, update.p)
    fileByPerson(head.p, update.k, update.v or update.at)
  end
  table.insert(lines, 1, cjson.encode(head))
  redis.call('SET', key, table.concat(lines, '\\n'), 'PX', retention)
end

for _, update in ipairs(cjson.decode(ARGV[1])) do
  if not begin(update) then add(update) end
end

local count = 0
redis.call('ZREMRANGEBYSCORE', base .. ':unassigned', '-inf', now - retention)
for _, outcome in ipairs(outcomes) do
  local calls = base .. ':outcome:' .. outcome
  redis.call('ZREMRANGEBYSCORE', calls, '-inf', now - retention)
  count = count + redis.call('ZCARD', calls)
end
-- The oldest of those that need nobody's attention go first.
for _, outcome in ipairs(outcomes) do
  if count <= maxCalls then break end
  local calls = base .. ':outcome:' .. outcome
  local surplus = redis.call('ZRANGE', calls, 0, math.min(count - maxCalls, 500) - 1)
  for _, key in ipairs(surplus) do
    forget(key)
    redis.call('ZREM', calls, key)
  end
  count = count - #surplus
end
return count
`;
