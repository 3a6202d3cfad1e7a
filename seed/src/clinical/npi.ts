/**
 * National Provider Identifiers that pass US Core's check digit (us-core-17) and belong to nobody: real ones begin
 * with 1 or 2, these with 9.
 */
export function nationalProviderIdentifier(number: number): string {
  const body = `9${String(number).padStart(8, '0')}`;
  return body + checkDigit(`80840${body}`);
}

/** The digit that makes Luhn's sum of `digits` plus it a multiple of ten. */
function checkDigit(digits: string): string {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}
