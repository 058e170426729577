"""Who may see the ops page, and who may act there: a signed link that expires, as invitations are, but for another audience, so
that neither is ever good for the other. Which of them were taken back, `links` knows.

The token stands in the address's fragment, which browsers send to nobody; the page says it in the `Authorization` header.
"""

from __future__ import annotations

import secrets
from typing import Final, Literal, get_args

import msgspec

from signaling.errors import ErrorCode, ProtocolError
from signaling.messages import Id
from signaling.names import clean_name
from signaling.tokens import KeyRing, read_claims, sign_claims

AUDIENCE: Final = "classroom-ops"
HOUR_S: Final = 3_600
DEFAULT_HOURS: Final = 12
MAX_HOURS: Final = 24 * 31

OpsRole = Literal["viewer", "operator"]
ROLES: Final[tuple[OpsRole, ...]] = get_args(OpsRole)


class OpsPass(msgspec.Struct, frozen=True, kw_only=True):
    """The claims of an ops token, beside `iss` and `aud`."""

    jti: Id
    """Names the link: it is listed, taken back and logged under this name."""
    exp: int
    role: OpsRole
    """viewer: sees. operator: acts, too."""
    name: str
    """Whose link it is, for the log."""

    @property
    def may_act(self) -> bool:
        return self.role == "operator"


def new_pass(
    role: OpsRole, name: str, *, now_s: int, hours: int = DEFAULT_HOURS, jti: str | None = None
) -> OpsPass:
    """`jti`: its id, to replace a link by another. Raises ValueError if nothing visible is left of the name."""
    shown = clean_name(name)
    if not shown:
        raise ValueError("the name has nothing visible in it")
    return OpsPass(jti=jti or secrets.token_hex(8), exp=now_s + hours * HOUR_S, role=role, name=shown)


def link(public_url: str, given: OpsPass, keys: KeyRing) -> str:
    return f"{public_url}/ops#t={sign_claims(msgspec.to_builtins(given), AUDIENCE, keys)}"


def verify(token: str, keys: KeyRing, now_s: float) -> OpsPass:
    """Raises `ProtocolError`: TOKEN_INVALID, TOKEN_EXPIRED."""
    given: OpsPass = read_claims(token, AUDIENCE, keys, OpsPass)
    if now_s >= given.exp:
        raise ProtocolError(ErrorCode.TOKEN_EXPIRED)
    return given
