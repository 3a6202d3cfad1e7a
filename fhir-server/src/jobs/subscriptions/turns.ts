/** So many calls at a time, and to one place fewer: whoever is slow holds up themselves. */

export interface Turns {
  take<T>(place: string, work: () => Promise<T>): Promise<T>;
  /** Whether somebody waits for a turn that one at this place has. */
  isWanted(place: string): boolean;
}

export function createTurns({ inAll, ofPlace }: { inAll: number; ofPlace: number }): Turns {
  let running = 0;
  const places = new Map<string, number>();
  const waiting: { readonly place: string; readonly start: () => void }[] = [];

  const mayStart = (place: string): boolean => running < inAll && (places.get(place) ?? 0) < ofPlace;

  function begin(place: string): void {
    running += 1;
    places.set(place, (places.get(place) ?? 0) + 1);
  }

  function end(place: string): void {
    running -= 1;
    const left = (places.get(place) ?? 1) - 1;
    if (left === 0) places.delete(place);
    else places.set(place, left);
    const next = waiting.findIndex((each) => mayStart(each.place));
    if (next >= 0) waiting.splice(next, 1)[0]?.start();
  }

  return {
    isWanted: (place) => waiting.some((each) => running >= inAll || each.place === place),
    async take(place, work) {
      if (mayStart(place)) begin(place);
      else
        await new Promise<void>((resolve) => {
          waiting.push({
            place,
            start: () => {
              begin(place);
              resolve();
            },
          });
        });
      try {
        return await work();
      } finally {
        end(place);
      }
    },
  };
}
