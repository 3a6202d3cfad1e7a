/** What a dose is counted in, as a person says it (profiles/dose-form.ts). */
import type { Quantity } from '@medplum/fhirtypes';
import { type DoseForm, doseForm } from '@wellspring/profiles/dose-form';
import { type Text, t } from '../i18n/text.ts';

const WORDS: Readonly<Record<DoseForm, readonly [one: Text, many: Text]>> = {
  tablet: ['tablet', 'tablets'],
  capsule: ['capsule', 'capsules'],
  puff: ['puff', 'puffs'],
  inhalation: ['inhalation', 'inhalations'],
  drop: ['drop', 'drops'],
  spray: ['spray', 'sprays'],
  patch: ['patch', 'patches'],
  suppository: ['suppository', 'suppositories'],
  ampule: ['ampule', 'ampules'],
  vial: ['vial', 'vials'],
  lozenge: ['lozenge', 'lozenges'],
  sachet: ['sachet', 'sachets'],
  teaspoon: ['teaspoon', 'teaspoons'],
  tablespoon: ['tablespoon', 'tablespoons'],
  injection: ['injection', 'injections'],
  application: ['application', 'applications'],
  unit: ['unit', 'units'],
};

/** With its unit in words. `count`: of what is said, where that is another amount (the upper end of a range). */
export function doseIn<T extends Quantity | undefined>(quantity: T, count = quantity?.value): T {
  if (!quantity) return quantity;
  const written = quantity.unit ?? quantity.code ?? '';
  const form = doseForm(written);
  if (form) return { ...quantity, unit: t(WORDS[form][count === 1 ? 0 : 1]) };
  // What it is counted in is said, though it is no unit.
  return /^\{[^{}]+\}$/.test(written) ? { ...quantity, unit: written.slice(1, -1) } : quantity;
}
