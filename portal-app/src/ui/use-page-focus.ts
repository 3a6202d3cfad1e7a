/** A new page is announced by its heading; the very first one is announced by the browser. */
import { type RefObject, useEffect, useRef } from 'react';

/** Returns what the page's main element is given as its ref. */
export function usePageFocus(pathname: string): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    window.scrollTo(0, 0);
    main.current?.querySelector('h1')?.focus();
  }, [pathname]);
  return main;
}
