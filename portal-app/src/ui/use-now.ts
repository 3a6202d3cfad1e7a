/** The time, again and again: for what appears at a time. */
import { useEffect, useState } from 'react';

/** Milliseconds, not older than that many seconds. */
export function useNow(seconds: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  return now;
}
