"""Environment to Config: defaults, every variable, and what is said about a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from classroom.config import FIELDS, Config, ConfigError, default_public_url, is_loopback, load


def test_nothing_set_serves_this_machine() -> None:
    config = load({})
    assert config == Config()
    assert (config.host, config.port, config.media_port) == ("localhost", 8080, 8080)
    assert config.public_url == "http://localhost:8080"
    assert config.loopback_only
    assert config.secure_origin


def test_every_variable_is_read(tmp_path: Path) -> None:
    cert = tmp_path / "cert.pem"
    cert.touch()
    config = load(
        {
            "HOST": "0.0.0.0",
            "PORT": "9000",
            "MEDIA_PORT": "9001",
            "MEDIA_TCP_PORT": "9002",
            "DATA_DIR": "/srv/classroom",
            "PUBLIC_URL": "https://Class.Example.org/",
            "MEDIA_ADDRESSES": "203.0.113.5, 2001:db8::1",
            "TLS_CERT": str(cert),
            "TLS_KEY": str(cert),
            "ALLOWED_ORIGINS": "https://other.example.org:443",
            "TRUSTED_PROXIES": "10.0.0.1",
            "REDIS_URL": "redis://localhost:6379/0",
            "TURN_URLS": "turn:turn.example.org:3478,turns:turn.example.org:443?transport=tcp",
            "TURN_SECRET": "s3cret",
            "AUDIO_SLOTS": "6",
            "VIDEO_SLOTS": "9",
            "ROOM_CAPACITY": "20",
            "LOG_FORMAT": "JSON",
            "LOG_LEVEL": "debug",
        }
    )
    assert config == Config(
        host="0.0.0.0",
        port=9000,
        media_port=9001,
        media_tcp_port=9002,
        data_dir=Path("/srv/classroom"),
        public_url="https://class.example.org",
        media_addresses=("203.0.113.5", "2001:db8::1"),
        tls_cert=cert,
        tls_key=cert,
        allowed_origins=("https://other.example.org",),
        trusted_proxies=("10.0.0.1",),
        redis_url="redis://localhost:6379/0",
        turn_urls=("turn:turn.example.org:3478", "turns:turn.example.org:443?transport=tcp"),
        turn_secret="s3cret",
        audio_slots=6,
        video_slots=9,
        log_format="json",
        log_level="debug",
        limits=config.limits,
    )
    assert config.limits.room_capacity == 20


def test_an_empty_variable_counts_as_unset() -> None:
    assert load({field.variable: " " for field in FIELDS}) == Config()


def test_media_use_the_same_number_unless_said_otherwise() -> None:
    assert load({"PORT": "9000"}).media_port == 9000
    assert load({"MEDIA_PORT": "9000"}).media_tcp_port == 9000
    assert load({"PORT": "0"}).media_tcp_port == 0


def test_media_leave_the_web_server_its_tcp_port() -> None:
    assert load({"PORT": "9000"}).media_tcp_port is None
    assert load({"MEDIA_PORT": "9000", "MEDIA_TCP_PORT": "off"}).media_tcp_port is None
    with pytest.raises(ConfigError) as problem:
        load({"PORT": "9000", "MEDIA_TCP_PORT": "9000"})
    assert problem.value.variable == "MEDIA_TCP_PORT"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HOST", "example.org"),
        ("PORT", "80a"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "٨٠"),
        ("MEDIA_PORT", "1.5"),
        ("MEDIA_TCP_PORT", "on"),
        ("PUBLIC_URL", "class.example.org"),
        ("PUBLIC_URL", "https://class.example.org/path"),
        ("PUBLIC_URL", "https://class.example.org:99999"),
        ("PUBLIC_URL", "ftp://class.example.org"),
        ("PUBLIC_URL", "http://[::1"),
        ("MEDIA_ADDRESSES", "class.example.org"),
        ("ALLOWED_ORIGINS", "https://a.example, b.example"),
        ("TRUSTED_PROXIES", "proxy"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis+sentinel://localhost:6379"),
        ("REDIS_URL", "redis://localhost:port/0"),
        ("TURN_URLS", "https://turn.example.org"),
        ("TLS_CERT", "/nowhere.pem"),
        ("AUDIO_SLOTS", "0"),
        ("VIDEO_SLOTS", "49"),
        ("ROOM_CAPACITY", "1"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_is_named(variable: str, value: str) -> None:
    with pytest.raises(ConfigError) as problem:
        load({variable: value})
    assert problem.value.variable == variable
    assert str(problem.value).startswith(f"{variable}: ")
    assert "wants" in str(problem.value)


def test_halves_of_pairs_are_refused(tmp_path: Path) -> None:
    cert = tmp_path / "cert.pem"
    cert.touch()
    for variables, missing in (
        ({"TLS_CERT": str(cert)}, "TLS_KEY"),
        ({"TLS_KEY": str(cert)}, "TLS_CERT"),
        ({"TURN_URLS": "turn:t.example"}, "TURN_SECRET"),
    ):
        with pytest.raises(ConfigError) as problem:
            load(variables)
        assert problem.value.variable == missing


def test_secrets_may_be_in_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    address = tmp_path / "address"
    address.write_text("192.0.2.7\n")
    config = load(
        {"TURN_URLS": "turn:t", "TURN_SECRET_FILE": str(secret), "MEDIA_ADDRESSES_FILE": str(address)}
    )
    assert (config.turn_secret, config.media_addresses) == ("s3cret", ("192.0.2.7",))
    for wrong in ({"TURN_SECRET_FILE": str(secret), "TURN_SECRET": "s"}, {"TURN_SECRET_FILE": "/nowhere"}):
        with pytest.raises(ConfigError) as caught:
            load(wrong)
        assert caught.value.variable == "TURN_SECRET_FILE"


def test_networks_of_proxies() -> None:
    assert load({"TRUSTED_PROXIES": "10.1.0.0/16, 127.0.0.1"}).trusted_proxies == ("10.1.0.0/16", "127.0.0.1")
    with pytest.raises(ConfigError):
        load({"TRUSTED_PROXIES": "10.1.2.3/16"})


def test_webhooks_may_be_allowed_into_networks() -> None:
    networks = load({"WEBHOOK_NETWORKS": "10.1.0.0/16, 127.0.0.1, ::1"}).webhook_networks
    assert [str(network) for network in networks] == ["10.1.0.0/16", "127.0.0.1/32", "::1/128"]


def test_secrets_are_not_shown() -> None:
    assert "hush" not in repr(load({"TURN_URLS": "turn:t.example", "TURN_SECRET": "hush"}))
    with pytest.raises(ConfigError) as problem:
        load({"REDIS_URL": "https://user:hush@redis.example"})
    assert "hush" not in str(problem.value)


@pytest.mark.parametrize(
    ("host", "port", "tls", "url"),
    [
        ("localhost", 8080, False, "http://localhost:8080"),
        ("0.0.0.0", 80, False, "http://localhost"),
        ("127.0.0.1", 8080, False, "http://127.0.0.1:8080"),
        ("::", 443, True, "https://localhost"),
        ("2001:db8::1", 8443, True, "https://[2001:db8::1]:8443"),
        ("192.0.2.7", 8080, False, "http://192.0.2.7:8080"),
    ],
)
def test_the_default_address(host: str, port: int, tls: bool, url: str) -> None:
    assert default_public_url(host, port, tls=tls) == url


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        ("https://class.example.org", True),
        ("http://localhost:8080", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://app.localhost", True),
        ("http://192.0.2.7:8080", False),
    ],
)
def test_where_browsers_allow_microphones(url: str, secure: bool) -> None:
    assert load({"PUBLIC_URL": url}).secure_origin is secure


def test_loopback() -> None:
    assert [is_loopback(host) for host in ("127.8.0.1", "::1", "10.0.0.1", "local")] == [
        True,
        True,
        False,
        False,
    ]
