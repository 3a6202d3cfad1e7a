/** A line of links that is moved sideways where it has no room: the one where one is stays in sight. */
import { type RefObject, useEffect, useRef } from 'react';

const EDGE_PIXELS = 16;

/** `links`: what is in it; looked at anew when they or the address change. */
export function useInSight(address: string, links: unknown): RefObject<HTMLElement | null> {
  const line = useRef<HTMLElement>(null);
  useEffect(() => {
    const here = line.current?.querySelector<HTMLElement>('[aria-current=page]');
    if (here && line.current)
      line.current.scrollLeft = here.offsetLeft - line.current.offsetLeft - EDGE_PIXELS;
  }, [address, links]);
  return line;
}
