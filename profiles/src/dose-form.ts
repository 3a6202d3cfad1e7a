/**
 * What a dose is counted in, by whatever way it is written: systems write `{puff}`, `TAB` or `tablet(s)`, and insulin's `U` is read as a nought (ISMP's list of error-prone
 * abbreviations). A leaf without texts: the apps bundle it and say it in two languages, the server's narratives in English.
 */

/** As UCUM's annotations, HL7's orderable drug forms (http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm) and people write them, without a plural's s. */
const WRITTEN = {
  tablet: 'tablet tab tbl',
  capsule: 'capsule cap',
  puff: 'puff actuation',
  inhalation: 'inhalation',
  drop: 'drop [drp] gtt ndrop opdrop',
  spray: 'spray spry nasspry',
  patch: 'patch patche',
  suppository: 'suppository suppositorie supp',
  ampule: 'ampule ampoule amp',
  vial: 'vial',
  lozenge: 'lozenge',
  sachet: 'sachet packet',
  teaspoon: 'teaspoon tsp [tsp_us] [tsp_m]',
  tablespoon: 'tablespoon tbsp [tbs_us] [tbs_m]',
  injection: 'injection inj',
  application: 'application appful',
  unit: 'unit u iu [iu]',
} as const;

export type DoseForm = keyof typeof WRITTEN;

const FORMS: ReadonlyMap<string, DoseForm> = new Map(
  Object.entries(WRITTEN).flatMap(([form, written]) =>
    written.split(' ').map((each) => [each, form as DoseForm] as const),
  ),
);

/** `unit`: of a Quantity, or its code; undefined: another unit. */
export const doseForm = (unit: string): DoseForm | undefined =>
  FORMS.get(
    unit
      .replaceAll(/[{}]/g, '')
      .trim()
      .toLowerCase()
      .replace(/\(e?s\)$/, '')
      .replace(/(?<=..)s$/, ''),
  );
