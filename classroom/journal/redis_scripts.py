"""What the journal does in Redis in one step: Lua scripts, each on the keys of one room.

All keys of a room have its id as hash tag, `classroom:{ROOM}:…`, so that they are in one slot of a Redis Cluster
(https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags):

    classroom:{ROOM}:room        hash: name, created_at_ms, seq, at_ms, token, checkpoint_seq
    classroom:{ROOM}:events      stream: one entry for each event, its id is `seq-0`; at, body, cause, append
    classroom:{ROOM}:checkpoint  string
    classroom:{ROOM}:notes       hash: when each shared note was begun, and how it is; see classroom/notes/redis.py
    classroom:{ROOM}:note:NOTE   stream: the updates of one shared note
    classroom:{ROOM}:images      hash: the chat's images by id
    classroom:{ROOM}:lease       string: the owner and its token; see classroom/cluster/scripts.py

`classroom:rooms` is a sorted set of all room ids by the time of their creation; it lives in a slot of its own.
"""

from __future__ import annotations

from typing import Final

PREFIX: Final = "classroom"
INDEX: Final = f"{PREFIX}:rooms"


def room_key(room_id: str, what: str) -> str:
    return f"{PREFIX}:{{{room_id}}}:{what}"


CREATE: Final = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 'exists' end
redis.call('DEL', KEYS[2], KEYS[3])
redis.call('HSET', KEYS[1], 'name', ARGV[1], 'created_at_ms', ARGV[2], 'seq', 1, 'at_ms', ARGV[2],
           'token', 0, 'checkpoint_seq', 0)
redis.call('XADD', KEYS[2], '1-0', 'at', ARGV[2], 'body', ARGV[3], 'cause', '', 'append', '')
return 'ok'
"""
"""KEYS: room, events, checkpoint. ARGV: name, at_ms, body."""

RESTORE: Final = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 'exists' end
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[3], ARGV[5])
redis.call('HSET', KEYS[1], 'name', ARGV[1], 'created_at_ms', ARGV[2], 'at_ms', ARGV[2], 'seq', ARGV[3],
           'token', ARGV[4], 'checkpoint_seq', ARGV[3])
return 'ok'
"""
"""KEYS: room, events, checkpoint. ARGV: name, now, seq, token, checkpoint."""

APPEND: Final = """
local room = redis.call('HMGET', KEYS[1], 'seq', 'token')
if not room[1] then return 'absent' end
local first = tonumber(ARGV[3])
if room[2] ~= ARGV[1] or first ~= tonumber(room[1]) + 1 then
  -- Perhaps it was taken, and the answer was lost on its way.
  local there = redis.call('XRANGE', KEYS[2], first .. '-0', first .. '-0')
  if there[1] and there[1][2][8] == ARGV[2] then
    redis.call('HSET', KEYS[1], 'token', room[2])  -- written again, for WAIT
    return 'ok'
  end
  if room[2] ~= ARGV[1] then return 'fenced' end
  return 'conflict'
end
local seq = first
for i = 5, #ARGV, 3 do
  redis.call('XADD', KEYS[2], seq .. '-0', 'at', ARGV[i], 'body', ARGV[i + 1], 'cause', ARGV[i + 2],
             'append', ARGV[2])
  seq = seq + 1
end
redis.call('HSET', KEYS[1], 'seq', seq - 1, 'at_ms', ARGV[#ARGV - 2])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'name', ARGV[4]) end
return 'ok'
"""
"""KEYS: room, events. ARGV: token, a name of this append, first seq, the room's new name or '', then at_ms, body and cause of
each event. Harmless to repeat under the same name."""

KEEP: Final = """
local room = redis.call('HMGET', KEYS[1], 'seq', 'token', 'checkpoint_seq')
if not room[1] then return 'absent' end
if room[2] ~= ARGV[1] then return 'fenced' end
if tonumber(ARGV[2]) > tonumber(room[1]) then return 'conflict' end
if tonumber(ARGV[2]) > tonumber(room[3]) then
  redis.call('SET', KEYS[2], ARGV[3])
  redis.call('HSET', KEYS[1], 'checkpoint_seq', ARGV[2])
end
return 'ok'
"""
"""KEYS: room, checkpoint. ARGV: token, seq, checkpoint."""

FENCE: Final = """
local token = redis.call('HGET', KEYS[1], 'token')
if not token then return 'absent' end
if tonumber(ARGV[1]) < tonumber(token) then return 'fenced' end
redis.call('HSET', KEYS[1], 'token', ARGV[1])
return 'ok'
"""
"""KEYS: room. ARGV: token."""
