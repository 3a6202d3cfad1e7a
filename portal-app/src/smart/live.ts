/**
 * What changes on the server is told to whatever is shown: by one connection for the whole app, opened when somebody first listens and closed when nobody does
 * (live-socket.ts). While there is none, what is shown is asked for again now and then, as long as the tab is seen.
 */
import type { FhirApi } from './fhir.ts';
import type { LiveChange, LiveEvents } from './live-socket.ts';

/** `isSure`: something has changed; otherwise it may have. `patients`: in whose records; undefined: it can't be said. */
export type Told = (isSure: boolean, patients?: ReadonlySet<string>) => void;

export interface Live {
  /** Told of changes of these types; of all, where none is named. Returns how to stop listening. */
  on(types: readonly string[], told: Told): () => void;
}

const EVERY_MS = 15_000;
/** What comes together is told together. */
const TOGETHER_MS = 150;

export function createLive(fhir: FhirApi, baseUrl: string): Live {
  const listeners = new Set<{ readonly types: readonly string[]; readonly told: Told }>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let stop: (() => void) | undefined;
  let connected = false;
  let waiting: readonly LiveChange[] | 'all' | undefined;

  function tell(): void {
    const changes = waiting ?? [];
    waiting = undefined;
    for (const { types, told } of listeners) {
      if (changes === 'all') {
        told(true);
        continue;
      }
      const own = changes.filter(({ type }) => types.length === 0 || types.includes(type));
      if (own.length > 0) told(true, new Set(own.flatMap(({ patients }) => patients)));
    }
  }

  const events: LiveEvents = {
    changed(changes) {
      if (waiting === undefined) setTimeout(tell, TOGETHER_MS);
      waiting = changes === undefined || waiting === 'all' ? 'all' : [...(waiting ?? []), ...changes];
    },
    isConnected(is) {
      connected = is;
    },
  };

  function askAgain(): void {
    if (connected || document.visibilityState !== 'visible') return;
    for (const { told } of listeners) told(false);
  }

  function begin(): void {
    timer = setInterval(askAgain, EVERY_MS);
    let isOver = false;
    stop = () => {
      isOver = true;
    };
    if (!fhir.offers('Subscription', 'create')) return;
    import('./live-socket.ts').then(
      ({ openLiveSocket }) => {
        if (!isOver) stop = openLiveSocket(fhir, baseUrl, events);
      },
      () => undefined,
    );
  }

  function end(): void {
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    stop?.();
    stop = undefined;
  }

  return {
    on(types, told) {
      const listener = { types, told };
      listeners.add(listener);
      if (timer === undefined) begin();
      return () => {
        listeners.delete(listener);
        // A page that goes makes room for one that comes.
        setTimeout(end, 1000);
      };
    },
  };
}

/** Without a server: what is shown is a copy. */
export const still: Live = { on: () => () => undefined };
