"""Everything the server can be told, read once from the environment into one frozen `Config`.

`FIELDS` names each variable, its default and its meaning; `classroom serve --help` prints it. A value that
makes no sense raises `ConfigError` naming the variable; `classroom` then exits with code 2.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from classroom import config_values as values
from rooms.state import Limits as RoomLimits
from signaling.limits import SessionLimits

T = TypeVar("T")
NONE: Final[tuple[str, ...]] = ()
DAY_MS: Final = 86_400_000
HISTORY_DAYS: Final[int | None] = 30
ROOM_DAYS: Final[int | None] = 365


class ConfigError(Exception):
    """An environment variable cannot be used as it is. `variable` names it; the text says what is wanted."""

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"{variable}: {problem}")
        self.variable = variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the wiring itself bounds. Units are in the names; `SessionLimits` bounds what one client may use."""

    joins_per_s: float = 10.0
    """Sockets per client address. A school behind one address all comes back at once: `join_burst`."""
    join_burst: int = 240
    addresses: int = 10_000
    """Client addresses whose joins are counted; the least recent is forgotten first."""
    rooms_loaded: int = 500
    """Rooms in memory at one time."""
    room_capacity: int = 40
    """Seats of a room when its creator does not say."""
    journal_queue: int = 10_000
    """Appends that wait for the disk before commands are refused."""
    close_timeout_s: float = 5.0
    """How long a socket that is to be closed may take to read what was sent before."""
    drain_s: float = 3.0
    """How long a stopping server waits for its sockets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """See `FIELDS` for what each means."""

    host: str = "localhost"
    port: int = 8080
    media_port: int = 8080
    media_tcp_port: int | None = None
    data_dir: Path = Path("data")
    public_url: str = "http://localhost:8080"
    media_addresses: tuple[str, ...] = ()
    tls_cert: Path | None = None
    tls_key: Path | None = None
    allowed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    webhook_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    redis_url: str | None = None
    redis_replicas: int = 0
    node_url: str | None = None
    history_days: int | None = HISTORY_DAYS
    room_days: int | None = ROOM_DAYS
    cluster_drain_s: float = 30.0
    turn_urls: tuple[str, ...] = ()
    turn_secret: str | None = field(default=None, repr=False)
    audio_slots: int = 4
    video_slots: int = 16
    traces: str = "off"
    metrics_token: str | None = field(default=None, repr=False)
    log_format: str = "auto"
    log_level: str = "info"
    limits: Limits = Limits()
    session_limits: SessionLimits = field(default_factory=SessionLimits)
    room_limits: RoomLimits = field(default_factory=lambda: _room_limits(HISTORY_DAYS))

    @property
    def database(self) -> Path:
        return self.data_dir / "classroom.sqlite3"

    @property
    def notes_database(self) -> Path:
        return self.data_dir / "notes.sqlite3"

    @property
    def records_database(self) -> Path:
        return self.data_dir / "records.sqlite3"

    @property
    def loopback_only(self) -> bool:
        """True if nobody but this machine can reach the web server."""
        return is_loopback(self.host)

    @property
    def secure_origin(self) -> bool:
        """True if browsers allow microphones on `public_url` (W3C Secure Contexts, section 3.1)."""
        parts = urlsplit(self.public_url)
        return parts.scheme == "https" or is_loopback(parts.hostname or "")


@dataclass(frozen=True, slots=True)
class Field:
    """One environment variable."""

    variable: str
    default: str
    meaning: str


FIELDS: Final = (
    Field(
        "HOST",
        "localhost",
        "Address the web server listens on. localhost: this machine only. 0.0.0.0: every network (IPv4).",
    ),
    Field("PORT", "8080", "TCP port of the web server. 0: any free one."),
    Field("MEDIA_PORT", "same as PORT", "UDP port that carries all sound and pictures. 0: any free one."),
    Field(
        "MEDIA_TCP_PORT",
        "same as MEDIA_PORT",
        "TCP port for media where a network blocks UDP. 0: any free one. off: none, as when the web server has that port.",
    ),
    Field("DATA_DIR", "data", "Folder of the database and the secret that signs invitations. Back this up."),
    Field(
        "PUBLIC_URL",
        "http://localhost:PORT",
        "Address that people's browsers use; invitations start with it. Must be https:// for other machines.",
    ),
    Field(
        "MEDIA_ADDRESSES",
        "this machine's own",
        "IP addresses told to browsers for media, separated by commas. Needed behind NAT.",
    ),
    Field("TLS_CERT", "", "Certificate chain (PEM) to serve https:// without a proxy; with TLS_KEY."),
    Field("TLS_KEY", "", "Private key (PEM) of TLS_CERT."),
    Field(
        "ALLOWED_ORIGINS",
        "",
        "More web origins whose pages may open a connection, separated by commas. PUBLIC_URL always may.",
    ),
    Field(
        "TRUSTED_PROXIES",
        "127.0.0.1,::1",
        "Addresses or networks of reverse proxies whose X-Forwarded-For is believed, separated by commas.",
    ),
    Field(
        "WEBHOOK_NETWORKS",
        "",
        "Networks that are not public, and that webhooks may be sent to all the same, separated by commas.",
    ),
    Field(
        "REDIS_URL",
        "",
        "Redis of a cluster: keeps the rooms, and nodes share them. redis+cluster:// for a Redis Cluster. Empty: one node.",
    ),
    Field("REDIS_REPLICAS", "0", "How many replicas of that Redis must have what is acknowledged, 0 to 5."),
    Field(
        "HISTORY_DAYS",
        "30",
        "How long chat and the record of what happened in rooms are kept, 1 to 3650. off: as long as the room.",
    ),
    Field("ROOM_DAYS", "365", "A room that nobody has used for so long is erased, 1 to 3650. off: never."),
    Field("NODE_URL", "http://HOST:PORT", "How other nodes of the cluster reach this one."),
    Field(
        "DRAIN_SECONDS", "30", "How long a node of a cluster that is stopped waits for its rooms to be quiet."
    ),
    Field(
        "TURN_URLS",
        "",
        "TURN servers for browsers, separated by commas: turn:host:3478,turns:host:443.",
    ),
    Field("TURN_SECRET", "", "Secret shared with the TURN servers (coturn: static-auth-secret)."),
    Field("AUDIO_SLOTS", "4", "Voices heard at once, 1 to 8."),
    Field("VIDEO_SLOTS", "16", "Pictures seen at once, 1 to 40."),
    Field("ROOM_CAPACITY", "40", "Seats of a new room unless said otherwise, 2 to 100."),
    Field(
        "METRICS_TOKEN",
        "",
        "What a scraper of /metrics must show (Bearer), 16 characters or more. Empty: only this machine may look.",
    ),
    Field(
        "TRACES", "off", "otlp: OpenTelemetry traces, to where OTEL_EXPORTER_OTLP_ENDPOINT says. off: none."
    ),
    Field("LOG_FORMAT", "auto", "console, json, or auto: console on a terminal."),
    Field("LOG_LEVEL", "info", "debug, info, warning or error."),
)


FROM_FILES: Final = ("MEDIA_ADDRESSES", "REDIS_URL", "TURN_SECRET", "METRICS_TOKEN")
"""What may also be in a file that NAME_FILE names: secrets, and what differs from machine to machine (container platforms)."""


SECRETS: Final = ("TURN_SECRET", "METRICS_TOKEN")
"""Never shown."""


def load(environ: Mapping[str, str] | None = None) -> Config:
    """Reads the environment. An empty variable counts as unset. Raises ConfigError."""
    env = {key: value.strip() for key, value in (os.environ if environ is None else environ).items()}
    env |= {variable: _content(env, variable) for variable in FROM_FILES if env.get(f"{variable}_FILE")}

    def read(variable: str, parse: Callable[[str], T], default: T) -> T:
        text = env.get(variable, "")
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as problem:
            raise ConfigError(variable, f"{problem} (it is {_shown(variable, text)})") from None

    host = read("HOST", values.host, "localhost")
    port = read("PORT", values.integer(0, 65_535), 8080)
    media_port = read("MEDIA_PORT", values.integer(0, 65_535), port)
    media_tcp_port = read(
        "MEDIA_TCP_PORT",
        values.or_off(values.integer(0, 65_535)),
        None if media_port == port != 0 else media_port,
    )
    if media_tcp_port == port != 0:
        raise ConfigError("MEDIA_TCP_PORT", f"the web server has TCP port {port}; choose another, or off")
    tls_cert, tls_key = read("TLS_CERT", values.file, None), read("TLS_KEY", values.file, None)
    if (tls_cert is None) != (tls_key is None):
        raise ConfigError(
            "TLS_KEY" if tls_key is None else "TLS_CERT", "TLS_CERT and TLS_KEY are set together"
        )
    history_days = read("HISTORY_DAYS", values.or_off(values.integer(1, 3_650)), HISTORY_DAYS)
    turn_urls = read("TURN_URLS", values.list_of(values.turn_url), NONE)
    turn_secret = read("TURN_SECRET", str, "") or None
    if turn_urls and not turn_secret:
        raise ConfigError("TURN_SECRET", "is needed with TURN_URLS: browsers get credentials made from it")
    return Config(
        host=host,
        port=port,
        media_port=media_port,
        media_tcp_port=media_tcp_port,
        data_dir=read("DATA_DIR", Path, Path("data")),
        public_url=read(
            "PUBLIC_URL", values.origin, default_public_url(host, port, tls=tls_cert is not None)
        ),
        media_addresses=read("MEDIA_ADDRESSES", values.list_of(values.address), ()),
        tls_cert=tls_cert,
        tls_key=tls_key,
        allowed_origins=read("ALLOWED_ORIGINS", values.list_of(values.origin), ()),
        trusted_proxies=read("TRUSTED_PROXIES", values.list_of(values.network), ("127.0.0.1", "::1")),
        webhook_networks=tuple(
            map(ipaddress.ip_network, read("WEBHOOK_NETWORKS", values.list_of(values.network), NONE))
        ),
        redis_url=read("REDIS_URL", values.redis_url, None),
        redis_replicas=read("REDIS_REPLICAS", values.integer(0, 5), 0),
        history_days=history_days,
        room_days=read("ROOM_DAYS", values.or_off(values.integer(1, 3_650)), ROOM_DAYS),
        room_limits=_room_limits(history_days),
        node_url=read("NODE_URL", values.origin, None),
        cluster_drain_s=read("DRAIN_SECONDS", values.integer(0, 600), 30),
        turn_urls=turn_urls,
        turn_secret=turn_secret,
        audio_slots=read("AUDIO_SLOTS", values.integer(1, 8), 4),
        video_slots=read("VIDEO_SLOTS", values.integer(1, 40), 16),
        traces=read("TRACES", values.choice("off", "otlp"), "off"),
        metrics_token=read("METRICS_TOKEN", values.secret, None),
        log_format=read("LOG_FORMAT", values.choice("auto", "console", "json"), "auto"),
        log_level=read("LOG_LEVEL", values.choice("debug", "info", "warning", "error"), "info"),
        limits=Limits(room_capacity=read("ROOM_CAPACITY", values.integer(2, 100), Limits().room_capacity)),
    )


def _content(env: Mapping[str, str], variable: str) -> str:
    """What the file says that `variable`_FILE names."""
    name = f"{variable}_FILE"
    if env.get(variable):
        raise ConfigError(name, f"is set, and so is {variable}: set one of them")
    try:
        return Path(env[name]).read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(name, "wants the path of a readable text file") from None


def _room_limits(history_days: int | None) -> RoomLimits:
    return RoomLimits(chat_kept_ms=None if history_days is None else history_days * DAY_MS)


def default_public_url(host: str, port: int, *, tls: bool) -> str:
    """Opens the server from this machine: a loopback name is a secure origin even without TLS."""
    scheme, usual = ("https", 443) if tls else ("http", 80)
    name = "localhost" if host in ("0.0.0.0", "::") else host
    if ":" in name:
        name = f"[{name}]"
    return f"{scheme}://{name}" if port == usual else f"{scheme}://{name}:{port}"


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _shown(variable: str, text: str) -> str:
    return "set, not shown here" if variable in SECRETS or "@" in text else repr(text)
