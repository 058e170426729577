"""TURN servers: each gives relays to our media, to those who have our credentials, and to nothing else."""

from __future__ import annotations

import asyncio
import ssl
import time
from typing import Final

from classroom import turn_probe
from classroom.config import Config
from classroom.doctor import server_here
from classroom.doctor.findings import Finding, fail, ok, warn
from classroom.turn import ice_servers

CHECK: Final = "TURN"
NOT_OURS: Final = ("127.0.0.1", "169.254.169.254", "10.0.0.1", "172.16.0.1", "192.168.0.1")
"""What a relay must not lead to: the machine itself, the description of a cloud's machine, private networks."""


def check(config: Config) -> list[Finding]:
    if not config.turn_urls:
        if config.loopback_only:
            return ok(CHECK, "Not set, and not needed on one machine.")
        advice = "People behind firewalls that block UDP need it: set TURN_URLS and TURN_SECRET."
        return warn(CHECK, "turn-missing", "Not set.", advice)
    return [finding for url in config.turn_urls for finding in _look(config, url)]


def _look(config: Config, url: str) -> list[Finding]:
    (server,) = ice_servers(config, "doctor", time.time())
    peers = tuple(address for address in config.media_addresses if ":" not in address)
    closed = tuple(address for address in NOT_OURS if address not in peers)
    try:
        asyncio.run(turn_probe.probe(url, server, peers, server_here.TIMEOUT_S, closed=closed))
    except ssl.SSLCertVerificationError as problem:
        trouble = f"{url}: browsers will not trust its certificate: {problem.verify_message}."
        return fail(CHECK, "turn-untrusted", trouble, "Give coturn (cert, pkey) one that they do.")
    except OSError as problem:
        trouble = f"{url} does not answer{f': {problem}' if str(problem) else ''}."
        return fail(CHECK, "turn-away", trouble, "Start it, correct TURN_URLS, or open the firewall.")
    except turn_probe.TurnRefused as problem:
        advice = "TURN_SECRET and coturn's static-auth-secret must be the same, and both clocks right."
        return fail(CHECK, "turn-refused", f"{url} {problem}.", advice)
    except turn_probe.PeerForbidden as problem:
        advice = "Name every address of MEDIA_ADDRESSES as allowed-peer-ip in coturn's configuration."
        return fail(CHECK, "turn-peer-forbidden", f"{url} {problem}.", advice)
    except turn_probe.PeerAllowed as problem:
        advice = "Strangers can reach your network through it: give coturn the denied-peer-ip lines of turnserver.conf."
        return fail(CHECK, "turn-open", f"{url} {problem}.", advice)
    except turn_probe.TurnProblem as problem:
        return fail(CHECK, "turn-fails", f"{url} {problem}.", "Look into coturn's log.")
    return ok(CHECK, f"{url} gives relays.")
