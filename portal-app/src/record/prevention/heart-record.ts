/** What a record says of diabetes and of treated blood pressure, and by which entry: what a calculator fills in is shown with where it is from. */
import type { CodeableConcept, Condition, MedicationRequest } from '@medplum/fhirtypes';
import { isRuledOut, isSupposed } from '../../format/ruled-out.ts';
import { conceptText, medicineName } from '../../format/words.ts';

const DIABETES_CODES = /^(E0[89]|E1[013])(\.|$)|^(44054006|46635009|73211009|8801005|11530004)$/;
const PRESSURE_CODES = /^I1[0-6](\.|$)|^(38341003|59621000|1201005|10725009|48146000|56218007|59720008)$/;
/** Of the groups that guidelines name for high blood pressure, by the stems of their international names. */
const PRESSURE_MEDICINE =
  /\b\w*(pril|sartan|dipine|thiazide|chlorthalidone|chlortalidone|indapamide|metolazone|diltiazem|verapamil|spironolactone|eplerenone|hydralazine|clonidine|methyldopa|minoxidil|doxazosin|terazosin|prazosin|aliskiren|olol)\b/i;

const isCoded = ({ coding = [] }: CodeableConcept, codes: RegExp): boolean =>
  coding.some(({ code }) => codes.test(code ?? ''));

function isDiabetes(concept: CodeableConcept): boolean {
  if (isCoded(concept, DIABETES_CODES)) return true;
  const words = [concept.text, ...(concept.coding ?? []).map(({ display }) => display)].join(' ');
  return (
    /\bdiabetes\b/i.test(words) &&
    !/insipidus|pre-?diabetes|family history|screening|gestational|risk/i.test(words)
  );
}

/** What was ruled out, or is only supposed, is no ground to tick anything. */
const isHeld = (each: Condition): boolean => !isRuledOut(each) && !isSupposed(each);

/** The name of the problem; undefined: none on record. */
export function diabetesIn(problems: readonly Condition[]): string | undefined {
  const found = problems.find((each) => each.code !== undefined && isDiabetes(each.code) && isHeld(each));
  return found && conceptText(found.code);
}

const isPressure = (concept: CodeableConcept): boolean =>
  isCoded(concept, PRESSURE_CODES) || /\bhypertension\b|high blood pressure/i.test(concept.text ?? '');

/** The name of the medicine. Many of them are given for the heart too: they count where high blood pressure is on record, or is why they were prescribed. */
export function pressureMedicineIn(
  medicines: readonly MedicationRequest[],
  problems: readonly Condition[],
): string | undefined {
  const isOnRecord = problems.some(
    (each) => each.code !== undefined && isPressure(each.code) && isHeld(each),
  );
  const found = medicines.find(
    (each) =>
      PRESSURE_MEDICINE.test(medicineName(each)) && (isOnRecord || (each.reasonCode ?? []).some(isPressure)),
  );
  return found && medicineName(found);
}
