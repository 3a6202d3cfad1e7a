/** The person's own list: what they take without a prescription, as MedicationStatement (R4: informationSource is the person). */
import type { MedicationStatement } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { dayText } from '../../format/clinic-clock.ts';
import { deviceDay } from '../../format/device-day.ts';
import { allPages } from '../../smart/all-pages.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { createOnce } from '../../smart/once.ts';
import { isBefore, isOver } from './state.ts';

export const ownMedicinesQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['own-medicines', fhir.patient],
    queryFn: () =>
      allPages<MedicationStatement>(fhir, 'MedicationStatement', { patient: fhir.patient, _count: '200' }),
  });

/** East of the clinic it is tomorrow already: what begins there today is taken. */
const tomorrow = (): string => dayText(Date.now() + 86_400_000);

export const isTaken = ({ status, effectivePeriod }: MedicationStatement): boolean =>
  status === 'active' && !isOver(effectivePeriod?.end) && !isBefore(effectivePeriod?.start, tomorrow());

export function addOwnMedicine(
  fhir: Fhir,
  { name, how }: { readonly name: string; readonly how: string },
  identity: string,
): Promise<MedicationStatement> {
  const now = new Date().toISOString();
  const statement: MedicationStatement = {
    resourceType: 'MedicationStatement',
    status: 'active',
    medicationCodeableConcept: { text: name.trim() },
    subject: { reference: `Patient/${fhir.patient}` },
    informationSource: { reference: fhir.self } as NonNullable<MedicationStatement['informationSource']>,
    effectivePeriod: { start: deviceDay() },
    dateAsserted: now,
    ...(how.trim() === '' ? {} : { dosage: [{ text: how.trim() }] }),
  };
  return createOnce(fhir, statement, identity);
}

/** Kept on record with the day it ended: what somebody used to take matters to a doctor. */
export function stopOwnMedicine(fhir: Fhir, medicine: MedicationStatement): Promise<MedicationStatement> {
  const end = deviceDay();
  const { effectiveDateTime, ...rest } = medicine;
  if (effectiveDateTime !== undefined) return fhir.update({ ...medicine, status: 'stopped' });
  return fhir.update({ ...rest, status: 'stopped', effectivePeriod: { ...medicine.effectivePeriod, end } });
}

/** The one way back: it was stopped by mistake. */
export function resumeOwnMedicine(fhir: Fhir, medicine: MedicationStatement): Promise<MedicationStatement> {
  if (!medicine.effectivePeriod) return fhir.update({ ...medicine, status: 'active' });
  const { end: _, ...period } = medicine.effectivePeriod;
  return fhir.update({ ...medicine, status: 'active', effectivePeriod: period });
}
