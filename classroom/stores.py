"""Which journal and which keys a process uses: its own, or with REDIS_URL those of the cluster."""

from __future__ import annotations

from classroom import keys
from classroom.config import Config
from classroom.journal.base import Journal
from classroom.journal.sqlite import SqliteJournal
from classroom.records.base import Records
from classroom.records.sqlite import SqliteRecords
from signaling.tokens import KeyRing


class StoreAway(Exception):
    """Redis does not answer; the text says what to do."""


def open_journal(config: Config) -> Journal:
    """Raises JournalUnusable. The Redis client takes a while to load, and one node needs none."""
    if config.redis_url is None:
        return SqliteJournal(config.database, queue_limit=config.limits.journal_queue)
    from classroom.journal.redis import RedisJournal

    return RedisJournal(
        config.redis_url, queue_limit=config.limits.journal_queue, replicas=config.redis_replicas
    )


def open_records(config: Config) -> Records:
    """Raises JournalUnusable."""
    if config.redis_url is None:
        return SqliteRecords(config.records_database)
    from classroom.records.redis import RedisRecords

    return RedisRecords(config.redis_url)


async def cluster_keys(config: Config, own: KeyRing) -> KeyRing:
    """The keys that sign invitations: the first node's, on all of them. Raises StoreAway."""
    if config.redis_url is None:
        return own
    from redis.exceptions import RedisError

    from classroom.cluster.redis import shared_keys

    try:
        ring: KeyRing = await shared_keys(config.redis_url, own, keys.encode, keys.decode)
        return ring
    except (RedisError, OSError) as problem:
        raise StoreAway(
            f"REDIS_URL: Redis does not answer: {problem}. A node starts with it only."
        ) from problem
