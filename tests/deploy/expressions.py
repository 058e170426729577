"""What PromQL expressions name, held against a real answer of /metrics."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from classroom import invitations
from classroom.config import Config
from classroom.journal.memory import MemoryJournal
from classroom.journal.redis import RedisJournal
from classroom.metrics.page import MetricsPage
from classroom.runtime import Runtime
from rooms.commands import RaiseHand
from signaling.codec import tag_of
from signaling.tokens import KeyRing
from tests.support.certificate import write_certificate

NAME = re.compile(r"\b(?:classroom|process|python)_\w+")
SELECTOR = re.compile(r"\b((?:classroom|process)_\w+)\{([^}]*)\}")
MATCHER = re.compile(r'(\w+)\s*(=~|!=|!~|=)\s*"([^"]*)"')
KEYS = KeyRing({"k": b"k" * 32}, "k")
OF_THE_SCRAPER = frozenset({"job", "instance"})


class Answer:
    """Everything that a scrape may find."""

    def __init__(self, *texts: str) -> None:
        self.texts = texts
        self.families = [family for text in texts for family in text_string_to_metric_families(text)]
        self.labels: dict[str, dict[str, set[str]]] = {}
        """By sample: the values of each label."""
        for sample in (sample for family in self.families for sample in family.samples):
            labels = self.labels.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                labels.setdefault(label, set()).add(value)

    @classmethod
    async def real(cls, folder: Path) -> Answer:
        """Of a single node with a room, and of a node of a cluster, with a certificate."""
        single = Runtime(Config(data_dir=folder), KEYS, MemoryJournal())
        await invitations.create_room(single.journal, "r1", "Web workshop", 16)
        await single.hosts.get("r1")
        single.counts.answered(tag_of(RaiseHand), 0.01)
        single.counts.responses[200] += 1
        nowhere = "redis://127.0.0.1:1/0"
        config = Config(
            data_dir=folder,
            redis_url=nowhere,
            node_url="http://127.0.0.1:1",
            tls_cert=write_certificate(folder),
        )
        clustered = Runtime(config, KEYS, RedisJournal(nowhere))
        try:
            pages = [await MetricsPage(runtime).get("text") for runtime in (single, clustered)]
        finally:
            single.hosts.close()
        return cls(*(page.decode() for page in pages))

    def check(self, expression: str, recorded: frozenset[str] = frozenset()) -> None:
        """Raises AssertionError if the expression names a metric, a label or a value that no node has."""
        for name in NAME.findall(expression):
            assert name in self.labels or name in recorded, f"no metric is called {name}: {expression}"
        for name, matchers in SELECTOR.findall(expression):
            for label, operator, value in MATCHER.findall(matchers):
                if label in OF_THE_SCRAPER or "$" in value:
                    continue
                known = self.labels[name].get(label)
                assert known, f"{name} has no label {label}: {expression}"
                for one in value.split("|") if "~" in operator else [value]:
                    assert one in known, f"{name} has no {label}={one}: {expression}"
