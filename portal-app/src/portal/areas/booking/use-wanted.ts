/** What is looked for, in the address: there again on the way back and after a reload. What somebody comes for in their own words stays out of it. */
import { useSearchParams } from 'react-router';
import { REASONS, type Reason, type Wanted } from '../../../record/visits/offering.ts';
import { useAtOnce } from '../../../ui/use-at-once.ts';

export interface UsedWanted {
  readonly wanted: Wanted;
  /** YYYY-MM-DD, where one was chosen. */
  readonly day: string;
  /** Id of the slot of the time that is looked at; '' = none is. */
  readonly time: string;
  readonly set: (change: Partial<Wanted & { readonly day: string }>) => void;
  /** A step of its own, so that the way back leads to the times again. */
  readonly look: (time: string) => void;
}

const MODES = ['in-person', 'video', 'phone'] as const;
const DAY = /^\d{4}-\d\d-\d\d$/;
/** Anything, where something else is the default. */
const ANY = 'any';

/** `?reason=followup&care=primary-care&mode=video&place=hill&who=any&from=2026-12-01&day=2026-12-03&time=slot-1`; what it does not know it leaves. */
export function useWanted(defaults: Partial<Wanted>): UsedWanted {
  const [parameters, setParameters] = useSearchParams();
  const own = { reason: 'new', care: '', mode: '', place: '', who: '', from: '', ...defaults } as const;
  const said = (name: 'care' | 'place' | 'who' | 'mode'): string => {
    const value = parameters.get(name);
    return value === null ? own[name] : value === ANY ? '' : value;
  };
  const dayOf = (name: string): string => {
    const value = parameters.get(name) ?? '';
    return DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : '';
  };
  const reason = parameters.get('reason') ?? own.reason;
  const wanted: Wanted = {
    reason: Object.hasOwn(REASONS, reason) ? (reason as Reason) : 'new',
    care: said('care'),
    mode: MODES.find((mode) => mode === said('mode')) ?? '',
    place: said('place'),
    who: said('who'),
    from: dayOf('from'),
  };
  const [{ day, ...shown }, say] = useAtOnce({ ...wanted, day: dayOf('day') }, (change) => {
    // Of the address as it is by now.
    const next = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(change)) {
      if (value === '' && ['from', 'day'].includes(name)) next.delete(name);
      else next.set(name, value === '' ? ANY : value);
    }
    // Whoever chooses anew is done with the time that was chosen before, and with what is said of it.
    next.delete('time');
    setParameters(next, { replace: true });
  });
  // Another choice has other days.
  const set: UsedWanted['set'] = (change) => say({ day: '', ...change });
  const look: UsedWanted['look'] = (time) =>
    setParameters((before) => {
      if (time === '') before.delete('time');
      else before.set('time', time);
      return before;
    });
  return { wanted: shown, day, time: parameters.get('time') ?? '', set, look };
}
