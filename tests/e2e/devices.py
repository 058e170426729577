"""What Chromium's fake microphone and camera play: real speech and a moving picture, a different one for each person.

Every voice carries short pilot tones of its own above the speech. Opus keeps them, so that a listener's spectrum tells *who* is
heard, independently of everything our own protocol claims. They come in pulses, because the browser's noise suppression takes
a steady tone out.
"""

from __future__ import annotations

import subprocess
import wave
from array import array
from math import pi, sin
from pathlib import Path

SAMPLE_RATE = 48_000
PILOTS_HZ = (4_900, 5_600, 6_300, 7_000, 7_700)
"""One for each person, where speech has little energy."""
PULSE_S, PERIOD_S = 0.12, 0.4

SENTENCES = (
    "Hello everybody, and welcome to this workshop about the web. We will build a small page together today.",
    "Bonjour à tous, je m'appelle Karim et je découvre la programmation. Aujourd'hui nous travaillons en binômes.",
    "I have a question about this colour. Could you show me again how the style sheet finds the right element?",
    "Je partage mon écran pour vous montrer mon travail. Dites-moi si vous voyez bien la fenêtre.",
    "It works on my phone as well. Let us look at the result and then go on to the next exercise.",
)
VOICES = ("en", "fr", "en+f3", "fr+f2", "en+m4")


def speech(folder: Path, index: int) -> Path:
    """A looping WAV file (48 kHz, mono) of person `index` speaking."""
    path = folder / f"speech-{index}.wav"
    if not path.exists():
        spoken = folder / f"spoken-{index}.wav"
        subprocess.run(
            ["espeak-ng", "-v", VOICES[index], "-s", "150", "-a", "120", "-w", str(spoken), SENTENCES[index]],
            check=True,
        )
        samples = _resample(*_read(spoken))
        step = 2 * pi * PILOTS_HZ[index] / SAMPLE_RATE
        pulse, period = int(PULSE_S * SAMPLE_RATE), int(PERIOD_S * SAMPLE_RATE)
        mixed = array(
            "h",
            (
                max(-32767, min(32767, int(s * 0.6 + (3500 * sin(step * n) if n % period < pulse else 0))))
                for n, s in enumerate(samples)
            ),
        )
        with wave.open(str(path), "wb") as out:
            out.setparams((1, 2, SAMPLE_RATE, len(mixed), "NONE", ""))
            out.writeframes(mixed.tobytes())
    return path


def _read(path: Path) -> tuple[array[int], int]:
    with wave.open(str(path), "rb") as source:
        return array("h", source.readframes(source.getnframes())), source.getframerate()


def _resample(samples: array[int], rate: int) -> list[int]:
    count = len(samples) * SAMPLE_RATE // rate
    return [samples[n * rate // SAMPLE_RATE] for n in range(count)]


def picture(folder: Path, index: int, width: int = 640, height: int = 360, frames: int = 20) -> Path:
    """A looping Y4M file (10 frames/s): a bright square travels over a plain ground of the person's own colour."""
    path = folder / f"picture-{index}.y4m"
    if not path.exists():
        side = height // 4
        u, v = (index * 50 + 40) % 256, (index * 90 + 60) % 256
        chroma = bytes([u]) * (width * height // 4) + bytes([v]) * (width * height // 4)
        with path.open("wb") as out:
            out.write(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode())
            for n in range(frames):
                luma = bytearray()
                left = (width - side) * n // frames
                top = (height - side) // 2
                for row in range(height):
                    line = bytearray(bytes([60 + 80 * row // height]) * width)
                    if top <= row < top + side:
                        line[left : left + side] = b"\xeb" * side
                    luma += line
                out.write(b"FRAME\n" + bytes(luma) + chroma)
    return path
