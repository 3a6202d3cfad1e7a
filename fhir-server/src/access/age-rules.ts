/** The age policy at work: which day somebody comes of an age, and what holds for those who act for them on a day. Days are YYYY-MM-DD of the clinic's time zone. */
import type { AgePolicy, AgeRule, Label } from './age-policy.ts';
import type { ConsentRule } from './consent-rules.ts';

export interface Withheld {
  readonly labels: readonly Label[];
  readonly types: readonly string[];
}

/**
 * The day on which somebody is so many years old: who was born on 29 February, on 1 March of a year that has none. Of a birth date without a day or month, the first day
 * that it may be. undefined: there is no birth date that can be read.
 */
export function dayOfAge(birthDate: string | undefined, age: number): string | undefined {
  const [, year, month = '01', day = '01'] =
    /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(birthDate ?? '') ?? [];
  const date = new Date(0);
  date.setUTCFullYear(Number(year) + age, Number(month) - 1, Number(day));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 10);
}

/** So many days later. */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** Rules whose age was reached on that day. Whose age is not known is taken to have reached all that withhold, and none that ends. */
export function rulesReached(
  { rules }: AgePolicy,
  birthDate: string | undefined,
  today: string,
): readonly AgeRule[] {
  return rules.flatMap((rule) => {
    const day = dayOfAge(birthDate, rule.from);
    if (day !== undefined) return day <= today ? rule : [];
    const withholds = rule.withheldLabels.length + rule.withheldTypes.length > 0;
    return withholds ? { ...rule, ended: false } : [];
  });
}

/** With the days that they begin on; of somebody whose birth date is known. */
export function changesOf(
  { rules }: AgePolicy,
  birthDate: string | undefined,
): readonly (AgeRule & { readonly on: string })[] {
  return rules.flatMap((rule) => {
    const on = dayOfAge(birthDate, rule.from);
    return on === undefined ? [] : { ...rule, on };
  });
}

export const withheldBy = (rules: readonly AgeRule[]): Withheld => ({
  labels: rules.flatMap(({ withheldLabels }) => withheldLabels),
  types: rules.flatMap(({ withheldTypes }) => withheldTypes),
});

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const TYPES = 'http://hl7.org/fhir/resource-types';

/** Kept from everybody who acts for a patient (access/labels.ts), but whom they are opened to. */
const isKeptAnyway = ({ system, code }: Label): boolean =>
  system === CONFIDENTIALITY && (code === 'R' || code === 'V');

/** Labels of confidentiality that are open to parents, as no age that was reached withholds them. */
export const openedBy = ({ labels }: Withheld): readonly string[] => {
  const kept = labels.filter(isKeptAnyway).map(({ code }) => code);
  return ['R', 'V'].filter((code) => !kept.includes(code));
};

/** What else is withheld, in the words of a Consent: so it binds wherever one does. */
export function asRules(withheld: Withheld, person: string, patient: string): ConsentRule[] {
  const { types } = withheld;
  const labels = withheld.labels.filter((label) => !isKeptAnyway(label));
  const deny = (id: string, what: object): ConsentRule => ({
    id,
    patient,
    provision: { type: 'deny', actor: [{ reference: { reference: person } }], ...what },
  });
  return [
    ...(labels.length > 0 ? [deny('urn:wellspring:age-labels', { securityLabel: labels })] : []),
    ...(types.length > 0
      ? [
          deny('urn:wellspring:age-types', {
            class: types.map((code) => ({ system: TYPES, code })),
          }),
        ]
      : []),
  ];
}
