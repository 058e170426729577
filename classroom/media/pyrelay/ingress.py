"""Which of a peer's publications a packet belongs to (RFC 8843 section 9.2, RFC 8852): learned per SSRC, then looked up.

Browsers name a simulcast layer by MID and RID in the header extension, and only until the first receiver report; repairs by
MID and repaired RID. Others announce SSRCs in their SDP, or are known by MID or payload type alone.
"""

from __future__ import annotations

from typing import NamedTuple

from classroom.media.model import LAYERS, Codec, Layer, PeerMedia, Source
from classroom.media.pyrelay.rtp import find_text


class Belongs(NamedTuple):
    source: Source
    layer: Layer | None
    repair: bool


class Ingress:
    """The negotiated sources of one peer, indexed."""

    __slots__ = ("_by_mid", "_by_payload_type", "_by_ssrc", "_extensions", "codecs")

    def __init__(self, media: PeerMedia) -> None:
        self._extensions = media.extensions
        self.codecs: dict[int, Codec] = {}
        """By payload type: one m-line's numbers mean the same on all of a bundle (RFC 8843 section 9.1)."""
        self._by_mid = {source.mid: source for source in media.sources}
        self._by_ssrc: dict[int, Belongs] = {}
        self._by_payload_type: dict[int, list[Source]] = {}
        for source in media.sources:
            for codec in source.codecs:
                self.codecs.setdefault(codec.payload_type, codec)
                self._by_payload_type.setdefault(codec.payload_type, []).append(source)
            repairs = {repair for _, repair in source.rtx_ssrcs}
            if source.rids:
                continue
            for ssrc in source.ssrcs:
                self._by_ssrc[ssrc] = Belongs(source, None, ssrc in repairs)
            for ssrc, repair in source.rtx_ssrcs:
                self._by_ssrc[ssrc] = Belongs(source, None, False)
                self._by_ssrc[repair] = Belongs(source, None, True)

    def announces(self, ssrc: int) -> Belongs | None:
        return self._by_ssrc.get(ssrc)

    def classify(
        self, packet: bytes, ssrc: int, payload_type: int, profile: int, start: int, end: int
    ) -> Belongs | None:
        """For the first packets of an SSRC; None: cannot be told (yet)."""
        codec = self.codecs.get(payload_type)
        if codec is None:
            return None
        repair = codec.name == "rtx"
        extensions = self._extensions
        mid = find_text(packet, profile, start, end, extensions.mid)
        if mid is not None:
            source = self._by_mid.get(mid)
            if source is None or source not in self._by_payload_type[payload_type]:
                return None
            rid = find_text(
                packet, profile, start, end, extensions.repaired_rid if repair else extensions.rid
            )
            return self._layer(source, rid, repair)
        announced = self._by_ssrc.get(ssrc)
        if announced is not None:
            return announced if announced.repair == repair else None
        candidates = self._by_payload_type[payload_type]
        if len(candidates) == 1 and not candidates[0].ssrcs:
            # RFC 8843 section 9.2: a payload type that only one m-line uses names it.
            rid = find_text(
                packet, profile, start, end, extensions.repaired_rid if repair else extensions.rid
            )
            return self._layer(candidates[0], rid, repair)
        return None

    @staticmethod
    def _layer(source: Source, rid: str | None, repair: bool) -> Belongs | None:
        if not source.rids:
            return Belongs(source, None, repair)
        layer = next((layer for layer in LAYERS if layer == rid and layer in source.rids), None)
        return None if layer is None else Belongs(source, layer, repair)
