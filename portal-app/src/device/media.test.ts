import { describe, expect, it, vi } from 'vitest';
import { loudness, problemOf, tryDevices } from './media.ts';

const fault = (name: string): Error => Object.assign(new Error(name), { name });
const track = (kind: string) => ({ kind });

describe('a test of camera and microphone', () => {
  it('asks the person once where both work', async () => {
    const stream = {} as MediaStream;
    const ask = vi.fn(async () => stream);
    expect(await tryDevices(ask)).toEqual({ stream, problems: {} });
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('says which of the two does not work, and shows the other', async () => {
    vi.stubGlobal(
      'MediaStream',
      class {
        readonly tracks: unknown;
        constructor(tracks: unknown) {
          this.tracks = tracks;
        }
      },
    );
    const tried = await tryDevices(async ({ video }) => {
      if (video) throw fault('NotFoundError');
      return { getTracks: () => [track('audio')] } as unknown as MediaStream;
    });
    vi.unstubAllGlobals();
    expect(tried).toMatchObject({ stream: { tracks: [track('audio')] }, problems: { camera: 'none' } });
    expect(tried.problems.microphone).toBeUndefined();
  });

  it('has nothing to show where both are denied, or the browser knows no devices', async () => {
    const denied = await tryDevices(() => Promise.reject(fault('NotAllowedError')));
    expect(denied).toEqual({ stream: undefined, problems: { camera: 'denied', microphone: 'denied' } });
    vi.stubGlobal('navigator', {});
    expect(await tryDevices()).toEqual({
      stream: undefined,
      problems: { camera: 'unable', microphone: 'unable' },
    });
    vi.unstubAllGlobals();
  });

  it.each([
    ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'],
    ['NotFoundError', 'none'],
    ['OverconstrainedError', 'none'],
    ['NotReadableError', 'busy'],
    ['TypeError', 'unable'],
  ])('%s: %s', (name, problem) => {
    expect(problemOf(fault(name))).toBe(problem);
  });

  it('tells silence from speech, and never leaves the meter', () => {
    expect(loudness(new Float32Array(64))).toBe(0);
    expect(loudness(new Float32Array(64).fill(0.1))).toBeCloseTo(0.4);
    expect(loudness(new Float32Array(64).fill(-1))).toBe(1);
    expect(loudness(new Float32Array(0))).toBe(0);
  });
});
