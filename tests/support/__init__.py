"""What several test folders need: a running server, and a client that speaks docs/protocol.md."""
