/** Whether somebody is of an age that growth charts and the clinic's age policy say something of. */
const UNTIL_YEARS = 20;

/** Under 20, so far as the record says it. */
export function isYoung(birthDate: string | undefined, now = Date.now()): boolean {
  const born = Date.parse(birthDate ?? '');
  return born <= now && (now - born) / 86_400_000 < UNTIL_YEARS * 365.25;
}
