"""Where a process keeps things, and which keys it uses: its own, or with REDIS_URL those of the cluster."""

from __future__ import annotations

from classroom import keys
from classroom.config import Config
from classroom.images.store import ImageFiles, ImageStore
from classroom.journal.base import Journal
from classroom.journal.sqlite import SqliteJournal
from classroom.notes.sqlite import SqliteNotes
from classroom.notes.store import NoteStore
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


def open_notes(config: Config) -> NoteStore:
    """Where shared notes are kept. Raises JournalUnusable."""
    if config.redis_url is None:
        return SqliteNotes(config.notes_database, queue_limit=config.limits.journal_queue)
    from classroom.notes.redis import RedisNotes

    return RedisNotes(
        config.redis_url, queue_limit=config.limits.journal_queue, replicas=config.redis_replicas
    )


def open_images(config: Config) -> ImageStore:
    """Where the bytes of the chat's images are kept."""
    if config.redis_url is None:
        return ImageFiles(config.data_dir / "chat-images")
    from classroom.images.redis import RedisImages

    return RedisImages(config.redis_url, replicas=config.redis_replicas)


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
