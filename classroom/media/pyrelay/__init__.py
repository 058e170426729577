"""The packet path in pure Python: classroom.media.relay's `Relay`, over libsrtp.

Map: `srtp` protects and unprotects; `rtp`, `vp8`, `h264`, `red`, `rtcp`, `twcc` read and write bytes; `sequence`, `cache`,
`nack`, `retransmit`, `keyframes`, `reception`, `rewriter`, `temporal`, `speakers` are sans-I/O state machines; `stream` (one
received layer), `publication` (its layers), `slot` (one sent stream) and `peer` join them; `relay` is the whole.
"""

from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.pyrelay.relay import PyRelay

__all__ = ["PyRelay", "RelayLimits"]
