"""Synthetic participants: real WebRTC clients (ICE, DTLS, SRTP) that load a running server and measure what
arrives.

    python -m loadtest --url http://localhost:8080 --participants 16 --seconds 20 --json report.json

They know the server by docs/protocol.md only. What keeps sixteen of them light enough to run beside the
server: media is encoded once, packets are built from ready payloads, one timer paces everybody, and of what
arrives only the RTP header is read, but for a sample that is decrypted (see `loadtest.receiver`).
"""
