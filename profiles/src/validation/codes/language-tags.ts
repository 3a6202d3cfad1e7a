/** Nearly every one is so, which is told at once. */
const SHORT = /^[a-z]{2}(?:-[A-Z]{2})?$/;

/** A well-formed tag of BCP 47. */
export function isLanguage(code: string): boolean {
  if (SHORT.test(code)) return true;
  try {
    return Intl.getCanonicalLocales(code).length === 1;
  } catch {
    return false;
  }
}
