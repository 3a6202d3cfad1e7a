/** Camera and microphone of this device, for a test on it: what they give is shown here, and never kept or sent. */

export type Device = 'camera' | 'microphone';
export type Problem = 'denied' | 'none' | 'busy' | 'unable';

export interface Tried {
  /** What works; undefined: neither does. */
  readonly stream: MediaStream | undefined;
  readonly problems: Readonly<Partial<Record<Device, Problem>>>;
}

type Ask = (wanted: MediaStreamConstraints) => Promise<MediaStream>;

const CONSTRAINTS: Readonly<Record<Device, MediaStreamConstraints>> = {
  camera: { video: { facingMode: 'user' } },
  microphone: { audio: true },
};

/** Both at once, which asks the person once; where that fails each alone, so that it can be said which of them does not work. */
export async function tryDevices(ask: Ask | undefined = askBrowser()): Promise<Tried> {
  if (!ask) return { stream: undefined, problems: { camera: 'unable', microphone: 'unable' } };
  try {
    return { stream: await ask({ ...CONSTRAINTS.camera, ...CONSTRAINTS.microphone }), problems: {} };
  } catch {
    const problems: Partial<Record<Device, Problem>> = {};
    const tracks: MediaStreamTrack[] = [];
    for (const device of ['camera', 'microphone'] as const) {
      try {
        tracks.push(...(await ask(CONSTRAINTS[device])).getTracks());
      } catch (error) {
        problems[device] = problemOf(error);
      }
    }
    return { stream: tracks.length === 0 ? undefined : new MediaStream(tracks), problems };
  }
}

/** undefined: not in this browser, or not at an address that it trusts (https). */
function askBrowser(): Ask | undefined {
  const devices = (navigator as { readonly mediaDevices?: MediaDevices }).mediaDevices;
  return devices?.getUserMedia.bind(devices);
}

/** By the names of https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia. */
export function problemOf(error: unknown): Problem {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'unable';
}

/** Calls back some times a second with how loud the microphone is, 0 to 1. Returns what ends it. */
export function watchLevel(stream: MediaStream, onLevel: (level: number) => void): () => void {
  if (stream.getAudioTracks().length === 0) return () => undefined;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  // Into nothing: nobody is to hear themselves.
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(loudness(samples));
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

/** Root mean square, drawn out so that speech fills the meter: 0 to 1. */
export function loudness(samples: Float32Array): number {
  const sum = samples.reduce((total, sample) => total + sample * sample, 0);
  return Math.min(Math.sqrt(sum / Math.max(samples.length, 1)) * 4, 1);
}

const CHIME = [523, 659, 784];
const NOTE_S = 0.3;

/** Three notes, one after the other. */
export async function playChime(): Promise<void> {
  const context = new AudioContext();
  await context.resume();
  for (const [i, frequency] of CHIME.entries()) {
    const [note, volume] = [context.createOscillator(), context.createGain()];
    const start = context.currentTime + i * NOTE_S;
    note.frequency.value = frequency;
    volume.gain.setValueAtTime(0.2, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + NOTE_S);
    note.connect(volume).connect(context.destination);
    note.start(start);
    note.stop(start + NOTE_S);
    if (i === CHIME.length - 1) note.onended = () => void context.close();
  }
}
