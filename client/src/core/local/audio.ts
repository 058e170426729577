/** Web Audio at the browser's edge: an analyser on a track, and the chime that tests the speaker. */
import type { Analyser } from "./level";

let shared: AudioContext | null = null;

/** One for the page. A browser may hold it back until the person has clicked; each use tries again. */
function context(): AudioContext | null {
  if (typeof AudioContext === "undefined") return null;
  shared ??= new AudioContext();
  if (shared.state === "suspended") void shared.resume().catch(() => {});
  return shared;
}

export function analyse(track: MediaStreamTrack): Analyser | null {
  const audio = context();
  if (!audio) return null;
  const source = audio.createMediaStreamSource(new MediaStream([track]));
  const analyser = audio.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  return {
    read: (samples) => {
      if (audio.state === "suspended") context();
      analyser.getFloatTimeDomainData(samples);
    },
    close: () => source.disconnect(),
  };
}

const CHIME_HZ = [523.25, 659.25, 783.99];
const NOTE_S = 0.18;
const PEAK = 0.25;

/** A rising third and fifth, through an audio element because that is what can choose the speaker. */
export async function chime(speakerId: string | null): Promise<void> {
  const audio = context();
  if (!audio) return;
  const output = audio.createMediaStreamDestination();
  const element = new Audio();
  element.srcObject = output.stream;
  if (speakerId && "setSinkId" in element) await element.setSinkId(speakerId);
  await element.play();
  const end = CHIME_HZ.reduce((at, hertz) => {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(PEAK, at + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S * 2);
    tone.connect(gain).connect(output);
    tone.start(at);
    tone.stop(at + NOTE_S * 2);
    return at + NOTE_S;
  }, audio.currentTime + 0.05);
  const restMs = (end + NOTE_S - audio.currentTime) * 1000;
  await new Promise((done) => setTimeout(done, restMs));
  element.srcObject = null;
}
