/** What a dose is counted in, as a person says it: systems write `{puff}`, `TAB` or `tablet(s)`, and insulin's `U` is read as a nought (ISMP's list of error-prone abbreviations). */
import type { Quantity } from '@medplum/fhirtypes';
import { type Text, t } from '../i18n/text.ts';

type Form = readonly [one: Text, many: Text];

/** As UCUM's annotations, HL7's orderable drug forms (http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm) and people write them, without a plural's s. */
const FORMS: ReadonlyMap<string, Form> = new Map(
  (
    [
      [['tablet', 'tablets'], 'tablet tab tbl'],
      [['capsule', 'capsules'], 'capsule cap'],
      [['puff', 'puffs'], 'puff actuation'],
      [['inhalation', 'inhalations'], 'inhalation'],
      [['drop', 'drops'], 'drop [drp] gtt ndrop opdrop'],
      [['spray', 'sprays'], 'spray spry nasspry'],
      [['patch', 'patches'], 'patch patche'],
      [['suppository', 'suppositories'], 'suppository suppositorie supp'],
      [['ampule', 'ampules'], 'ampule ampoule amp'],
      [['vial', 'vials'], 'vial'],
      [['lozenge', 'lozenges'], 'lozenge'],
      [['sachet', 'sachets'], 'sachet packet'],
      [['teaspoon', 'teaspoons'], 'teaspoon tsp [tsp_us] [tsp_m]'],
      [['tablespoon', 'tablespoons'], 'tablespoon tbsp [tbs_us] [tbs_m]'],
      [['injection', 'injections'], 'injection inj'],
      [['application', 'applications'], 'application appful'],
      [['unit', 'units'], 'unit u iu [iu]'],
    ] as const
  ).flatMap(([form, written]) => written.split(' ').map((each) => [each, form] as const)),
);

const plainUnit = (written: string): string =>
  written
    .replaceAll(/[{}]/g, '')
    .trim()
    .toLowerCase()
    .replace(/\(e?s\)$/, '')
    .replace(/(?<=..)s$/, '');

/** With its unit in words. `count`: of what is said, where that is another amount (the upper end of a range). */
export function doseIn<T extends Quantity | undefined>(quantity: T, count = quantity?.value): T {
  if (!quantity) return quantity;
  const written = quantity.unit ?? quantity.code ?? '';
  const form = FORMS.get(plainUnit(written));
  if (form) return { ...quantity, unit: t(form[count === 1 ? 0 : 1]) };
  // What it is counted in is said, though it is no unit.
  return /^\{[^{}]+\}$/.test(written) ? { ...quantity, unit: written.slice(1, -1) } : quantity;
}
