/** How a medicine is taken, by the elements of its dosage: few prescriptions have no words, so it comes with the first that has none. */
import type { Dosage } from '@medplum/fhirtypes';
import { dosageText } from '../format/dosage.ts';

export const HowTaken = ({ dosage }: { readonly dosage: readonly Dosage[] | undefined }) => (
  <>{dosageText(dosage)}</>
);
