"""The ports that the server listens on."""

from __future__ import annotations

import socket
from typing import Final

from classroom import ports
from classroom.config import Config
from classroom.doctor import server_here
from classroom.doctor.findings import Finding, fail, ok, warn

WEB: Final = "port (TCP)"
MEDIA: Final = "port (UDP)"
MEDIA_TCP: Final = "media over TCP"


def check_web_port(config: Config) -> list[Finding]:
    try:
        for taken in ports.listen(config.host, config.port):
            taken.close()
    except ports.PortTaken as problem:
        if server_here.answers(config):
            return ok(WEB, f"A classroom server answers on port {config.port}.")
        return fail(WEB, "web-port-taken", str(problem), "")
    return ok(WEB, f"{config.port} on {config.host} is free.")


def check_media_port(config: Config) -> list[Finding]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("0.0.0.0", config.media_port))
        except OSError as problem:
            if server_here.answers(config):
                return ok(MEDIA, f"{config.media_port} is used by the server that runs here.")
            taken = ports.taken("UDP", "0.0.0.0", config.media_port, problem)
            return fail(MEDIA, "media-port-taken", taken, "")
    advice = "" if config.loopback_only else f"Let UDP {config.media_port} through the firewall, in and out."
    return ok(MEDIA, f"{config.media_port} is free.", advice)


def check_media_tcp_port(config: Config) -> list[Finding]:
    port = config.media_tcp_port
    if port is None:
        if config.loopback_only:
            return []
        advice = "Networks that block UDP then need TURN. To have it, set MEDIA_TCP_PORT to a port that the web server has not."
        return warn(MEDIA_TCP, "media-tcp-off", "Off.", advice)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError as problem:
            if server_here.answers(config):
                return ok(MEDIA_TCP, f"{port} is used by the server that runs here.")
            taken = ports.taken("TCP", "0.0.0.0", port, problem, "MEDIA_TCP_PORT")
            return fail(MEDIA_TCP, "media-tcp-port-taken", taken, "Or set it to off.")
    advice = "" if config.loopback_only else f"Let TCP {port} through the firewall."
    return ok(MEDIA_TCP, f"{port} is free.", advice)
