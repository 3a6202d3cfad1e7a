/** Camera, microphone and sound, tried out at a press. Nothing is recorded, and nothing leaves the device. */
import { useEffect, useRef, useState } from 'react';
import {
  type Device,
  type Problem,
  playChime,
  type Tried,
  tryDevices,
  watchLevel,
} from '../../../device/media.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { Button } from '../../../ui/Button.tsx';
import { Card, Pill } from '../../../ui/parts.tsx';
import styles from './video.module.css';

const PROBLEMS: Readonly<Record<Device, Readonly<Record<Problem, Text>>>> = {
  camera: {
    denied:
      'This page may not use the camera. Press the sign beside the address of this page, allow the camera, and test again.',
    none: 'No camera was found. Plug one in, or take part from a phone or tablet.',
    busy: 'The camera is in use by another program. Close that one, and test again.',
    unable: 'This browser can not show the camera here. Try another browser, or a phone.',
  },
  microphone: {
    denied:
      'This page may not use the microphone. Press the sign beside the address of this page, allow the microphone, and test again.',
    none: 'No microphone was found. Plug in a headset, or take part from a phone.',
    busy: 'The microphone is in use by another program. Close that one, and test again.',
    unable: 'This browser can not use the microphone here. Try another browser, or a phone.',
  },
};

export function DeviceTest() {
  const [tried, setTried] = useState<Tried>();
  const [isAsking, setAsking] = useState(false);
  const stream = tried?.stream;
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  // Whatever was turned on is turned off with the test, or when the page is left.
  useEffect(() => () => stop(stream), [stream]);
  const begin = async (): Promise<void> => {
    setAsking(true);
    const next = await tryDevices();
    if (!isHere.current) return stop(next.stream);
    setAsking(false);
    setTried(next);
  };
  return (
    <Card title={t('Test camera and sound')}>
      <p>{t('The picture and the sound stay on this device: nothing is recorded or sent.')}</p>
      <p className={styles.buttons}>
        <Button className="button secondary" isOff={isAsking} onClick={() => void begin()}>
          {t(tried ? 'Test again' : 'Start the test')}
        </Button>
        {stream && (
          <button type="button" className="button quiet" onClick={() => setTried(undefined)}>
            {t('Turn camera and microphone off')}
          </button>
        )}
      </p>
      {isAsking && (
        <p role="status">{t('Your browser asks whether this page may use them: please allow it.')}</p>
      )}
      {tried && <Found tried={tried} />}
      <Sound />
    </Card>
  );
}

const stop = (stream: MediaStream | undefined): void => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};

function Found({ tried: { stream, problems } }: { readonly tried: Tried }) {
  return (
    <div className={styles.found}>
      {(['camera', 'microphone'] as const).map(
        (device) =>
          problems[device] && (
            <p key={device} role="alert" className={styles.problem}>
              {t(PROBLEMS[device][problems[device]])}
            </p>
          ),
      )}
      {stream && !problems.camera && <Picture stream={stream} />}
      {stream && !problems.microphone && <Level stream={stream} />}
    </div>
  );
}

function Picture({ stream }: { readonly stream: MediaStream }) {
  const video = useRef<HTMLVideoElement>(null);
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  return (
    <figure className={styles.picture}>
      <video
        ref={video}
        autoPlay
        playsInline
        muted
        onPlaying={() => setShown(true)}
        aria-label={t('Your picture')}
      />
      <figcaption>
        <p role="status">
          {isShown && <Pill kind="ok">{t('The camera works')}</Pill>} {t('This is how you will be seen.')}
        </p>
      </figcaption>
    </figure>
  );
}

/** Louder than a quiet room. */
const HEARD = 0.08;

function Level({ stream }: { readonly stream: MediaStream }) {
  const [level, setLevel] = useState(0);
  const [wasHeard, setHeard] = useState(false);
  useEffect(
    () =>
      watchLevel(stream, (next) => {
        setLevel(next);
        if (next > HEARD) setHeard(true);
      }),
    [stream],
  );
  return (
    <div>
      <label htmlFor="level">{t('How loud the microphone hears you')}</label>
      <meter id="level" className={styles.level} min={0} max={1} value={level} />
      <p role="status">
        {wasHeard ? (
          <Pill kind="ok">{t('The microphone works')}</Pill>
        ) : (
          t('Say something: the bar moves when you are heard.')
        )}
      </p>
    </div>
  );
}

function Sound() {
  const [state, setState] = useState<'before' | 'played' | 'heard' | 'silent' | 'failed'>('before');
  const play = async (): Promise<void> => {
    try {
      await playChime();
      setState('played');
    } catch {
      setState('failed');
    }
  };
  return (
    <div>
      <p className={styles.buttons}>
        <button type="button" className="button secondary" onClick={() => void play()}>
          {t('Play a sound')}
        </button>
      </p>
      {state === 'played' && (
        <fieldset className={styles.asked}>
          <legend>{t('Three notes were played. Did you hear them?')}</legend>
          <button type="button" className="button secondary" onClick={() => setState('heard')}>
            {t('Yes')}
          </button>
          <button type="button" className="button secondary" onClick={() => setState('silent')}>
            {t('No')}
          </button>
        </fieldset>
      )}
      <p role="status">
        {state === 'heard' && <Pill kind="ok">{t('The sound works')}</Pill>}
        {state === 'silent' &&
          t(
            'Turn the volume up, see that the device is not muted and that the right loudspeaker or headset is chosen, and play it again.',
          )}
        {state === 'failed' && t('This browser can not play a sound here. Try another browser, or a phone.')}
      </p>
    </div>
  );
}
