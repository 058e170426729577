"""Makes `speech.opus`: French and English sentences, spoken by espeak-ng, as Ogg Opus.

Run it only to change the sentences; the file is committed, and small. Needs espeak-ng on the PATH and the
project's environment (PyAV encodes):

    python loadtest/assets/make_speech.py
"""

from __future__ import annotations

import io
import subprocess
import wave
from fractions import Fraction
from pathlib import Path

import av

SENTENCES = (
    ("fr", "Bonjour à toutes et à tous, bienvenue dans cet atelier."),
    ("en", "Hello everybody. Can you see my screen? Then let us begin."),
    ("fr", "Aujourd'hui nous allons construire une page web, pas à pas."),
    ("en", "I have a question: where do I put the picture?"),
)
SPEECH_RATE_HZ = 22_050  # what espeak-ng writes
PAUSE_MS = 300
BITRATE_BPS = 24_000


def say(language: str, sentence: str) -> bytes:
    """One sentence as 16-bit mono samples at `SPEECH_RATE_HZ`, a pause after it."""
    command = ["espeak-ng", "-v", language, "-s", "150", "-a", "120", "--stdout", sentence]
    spoken = subprocess.run(command, check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(spoken)) as audio:
        if (audio.getframerate(), audio.getnchannels(), audio.getsampwidth()) != (SPEECH_RATE_HZ, 1, 2):
            raise SystemExit("espeak-ng wrote another format than expected")
        samples: bytes = audio.readframes(audio.getnframes())
    return samples + bytes(2 * SPEECH_RATE_HZ * PAUSE_MS // 1000)


def encode(samples: bytes, target: Path) -> None:
    """Writes the samples as Ogg Opus: 48 kHz mono, 20 ms frames, constant bit rate."""
    with av.open(str(target), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=48_000)
        stream.layout = "mono"
        stream.bit_rate = BITRATE_BPS
        stream.options = {"frame_duration": "20", "application": "voip", "vbr": "off"}
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples) // 2)
        frame.planes[0].update(samples + bytes(frame.planes[0].buffer_size - len(samples)))
        frame.sample_rate = SPEECH_RATE_HZ
        frame.time_base = Fraction(1, SPEECH_RATE_HZ)
        frame.pts = 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


if __name__ == "__main__":
    encode(b"".join(say(*sentence) for sentence in SENTENCES), Path(__file__).with_name("speech.opus"))
