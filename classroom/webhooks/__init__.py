"""Webhooks: what happens in rooms, told to other programs' addresses, signed, and again until they have heard.

`notices` (events become messages), `delivery` (when each is tried), `signing` and `addresses` are sans-I/O; `outbox` keeps what
waits, `courier` and `post` carry it.
"""
