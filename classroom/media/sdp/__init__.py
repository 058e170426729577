"""SDP in, SDP out: a browser's offer to `PeerMedia`, and the answer to it. Text and data only, no I/O.

grammar: lines and sections. offer: what they mean. negotiation: what is taken. answer: how that is said.
"""

from classroom.media.sdp.answer import LocalTransport, write_answer
from classroom.media.sdp.grammar import OfferError
from classroom.media.sdp.negotiation import Negotiated, negotiate
from classroom.media.sdp.offer import Offer, parse_offer

__all__ = [
    "LocalTransport",
    "Negotiated",
    "Offer",
    "OfferError",
    "negotiate",
    "parse_offer",
    "write_answer",
]
