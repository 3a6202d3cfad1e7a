/** The tour of the first minute: due where the account pages send whoever has just made an account, until it was seen or skipped on this device. */
const SEEN = 'wellspring.tour';
const WELCOME = 'welcome';

/** `search`: of the address. `kept`: what this device remembers. */
export const isTourDue = (search: string, kept: Pick<Storage, 'getItem'> = localStorage): boolean =>
  new URLSearchParams(search).has(WELCOME) && kept.getItem(SEEN) === null;

export const endTour = (kept: Pick<Storage, 'setItem'> = localStorage): void => kept.setItem(SEEN, 'seen');
