"""What the cluster does in Redis in one step. Keys as in classroom/journal/redis_scripts.py; a lease is `NODE TOKEN URL`."""

from __future__ import annotations

from typing import Final

CLAIM: Final = """
local token = redis.call('HGET', KEYS[2], 'token')
if not token then return {'absent'} end
local lease = redis.call('GET', KEYS[1])
if lease and string.match(lease, '^(%S+)') ~= ARGV[1] then return {'taken', lease} end
if not lease and ARGV[4] == 'look' then return {'free'} end
local mine = tonumber(token) + 1
redis.call('HSET', KEYS[2], 'token', mine)
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. mine .. ' ' .. ARGV[2], 'PX', ARGV[3])
return {'ok', mine}
"""
"""KEYS: lease, room. ARGV: node, its URL, ttl in ms, `look` (take it only if it is this node's) or `take`. A claim is
always a new token: whatever an earlier claim of the same node still writes is refused from now on."""

RENEW: Final = """
local lease = redis.call('GET', KEYS[1])
if lease == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return 'ok'
end
if lease then return 'lost' end
local token = redis.call('HGET', KEYS[2], 'token')
if not token then return 'absent' end
if token ~= ARGV[2] then return 'lost' end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return 'ok'
"""
"""KEYS: lease, room. ARGV: the lease's text, its token, ttl in ms. A lease that ran out is had again if nobody claimed the
room since (the token is still the highest). `absent`: Redis has lost the room."""

RELEASE: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 'ok'
"""
"""KEYS: lease. ARGV: the lease's text."""

BEAT: Final = """
local now = redis.call('TIME')[1]
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])) do
  redis.call('ZREM', KEYS[1], gone)
  redis.call('HDEL', KEYS[2], gone)
end
return redis.call('HVALS', KEYS[2])
"""
"""KEYS: times of all nodes, what they say of themselves. ARGV: node, what it says, seconds after which one is gone."""

NODE_KEYS: Final = ("classroom:{nodes}:seen", "classroom:{nodes}:info")
KEY_RING: Final = "classroom:keys"
