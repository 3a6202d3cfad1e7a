/** Signs out after a quarter of an hour without a key, a touch or a move in any tab; warns two minutes before. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { TABS, type TabMessage } from './session.ts';

const IDLE_MS = 15 * 60_000;
const WARNING_MS = 2 * 60_000;
/** Between two words to the other tabs. */
const TELL_MS = 5000;
/** Not that something scrolled: a page does that by itself when what is above grows, with nobody there. */
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;

export function useIdleSignOut(signOut: () => void): {
  readonly warning: boolean;
  readonly stay: () => void;
} {
  const last = useRef(Date.now());
  const [warning, setWarning] = useState(false);
  const end = useRef(signOut);
  end.current = signOut;
  const stay = useCallback(() => {
    last.current = Date.now();
    setWarning(false);
  }, []);
  useEffect(() => {
    const tabs = new BroadcastChannel(TABS);
    let told = 0;
    const seen = (): void => {
      last.current = Date.now();
      if (last.current - told < TELL_MS) return;
      told = last.current;
      tabs.postMessage('active' satisfies TabMessage);
    };
    tabs.onmessage = ({ data }: MessageEvent<TabMessage>) => {
      if (data === 'active') last.current = Date.now();
    };
    for (const sign of SIGNS) addEventListener(sign, seen, { passive: true });
    // A timer that only looks at the clock also counts the time a laptop was closed.
    const timer = setInterval(() => {
      const idle = Date.now() - last.current;
      if (idle >= IDLE_MS) end.current();
      else setWarning(idle >= IDLE_MS - WARNING_MS);
    }, 5000);
    return () => {
      for (const sign of SIGNS) removeEventListener(sign, seen);
      clearInterval(timer);
      tabs.close();
    };
  }, []);
  return { warning, stay };
}
