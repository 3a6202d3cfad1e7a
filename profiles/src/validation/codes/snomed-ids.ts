/** Identifiers of SNOMED CT (SNOMED CT Release File Specification, 5): their form and check digit, so no content, and no licence. */

/** Verhoeff's check digit (5.5): products in the group of the pentagon, and a permutation for each place. */
const PRODUCT = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const PLACES = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** 6 to 18 digits, the last of which checks the others. */
export function isSnomedId(text: string): boolean {
  if (!/^[1-9]\d{5,17}$/.test(text)) return false;
  let check = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = Number(text[text.length - 1 - i]);
    check = Number(PRODUCT[check]?.[Number(PLACES[i % PLACES.length]?.[digit])]);
  }
  return check === 0;
}
