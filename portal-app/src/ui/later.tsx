/** Code that is fetched when it is first drawn. What could not be fetched is fetched anew at the next try: React's own `lazy` keeps the failure for good. */
import { type ComponentType, type LazyExoticComponent, lazy, useState } from 'react';

let tries = 0;

/** Another address was opened, or the network is back. Within one try a failure stays one: else what waits for it would ask for ever. */
export const tryAgain = (): void => {
  tries += 1;
};

export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let failedIn: number | undefined;
  let fetched: LazyExoticComponent<ComponentType<P>> | undefined;
  const fetchOnce = async () => {
    try {
      return { default: await load() };
    } catch (error) {
      failedIn = tries;
      throw error;
    }
  };
  const current = (): ComponentType<P> => {
    const isOver = failedIn !== undefined && failedIn !== tries;
    if (fetched && !isOver) return fetched as unknown as ComponentType<P>;
    failedIn = undefined;
    fetched = lazy(fetchOnce);
    return fetched as unknown as ComponentType<P>;
  };
  return function Later(props: P) {
    const [Content] = useState(current);
    return <Content {...props} />;
  };
}
