/** Code systems the clinic records in, and short ways to write codings, concepts and references. */
import type { CodeableConcept, Coding, Quantity, Reference, Resource } from '@medplum/fhirtypes';

export const LOINC = 'http://loinc.org';
export const SNOMED = 'http://snomed.info/sct';
export const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
export const ICD10CM = 'http://hl7.org/fhir/sid/icd-10-cm';
export const CVX = 'http://hl7.org/fhir/sid/cvx';
export const UCUM = 'http://unitsofmeasure.org';
export const NUCC = 'http://nucc.org/provider-taxonomy';
const HL7 = 'http://terminology.hl7.org/CodeSystem';
export const US_CORE = 'http://hl7.org/fhir/us/core';

/** Identifier systems of the fictitious clinic. */
export const CLINIC = 'https://clinic.wellspring.example';

export type Code = readonly [code: string, display: string];

export function coding(system: string, [code, display]: Code): Coding {
  return { system, code, display };
}

export function concept(system: string, code: Code, text = code[1]): CodeableConcept {
  return { coding: [coding(system, code)], text };
}

export function concepts(text: string, ...codings: Coding[]): CodeableConcept {
  return { coding: codings, text };
}

export function loinc(code: Code, text?: string): CodeableConcept {
  return concept(LOINC, code, text);
}

export function snomed(code: Code, text?: string): CodeableConcept {
  return concept(SNOMED, code, text);
}

export function hl7(name: string, code: Code, text?: string): CodeableConcept {
  return concept(`${HL7}/${name}`, code, text);
}

export function quantity(value: number, code: string, unit = code): Quantity {
  return { value, unit, system: UCUM, code };
}

export function reference<T extends Resource>(
  type: T['resourceType'],
  id: string,
  display?: string,
): Reference<T> {
  return { reference: `${type}/${id}`, ...(display !== undefined && { display }) } as Reference<T>;
}

/** `meta` with one US Core profile. */
export function usCore(name: string): { profile: string[] } {
  return { profile: [`${US_CORE}/StructureDefinition/us-core-${name}`] };
}

/** An id of readable parts; FHIR allows [A-Za-z0-9-.] and 64 characters. */
export function idOf(...parts: string[]): string {
  const id = parts.join('-');
  if (!/^[A-Za-z0-9\-.]{1,64}$/.test(id)) throw new RangeError(`not a FHIR id: ${id}`);
  return id;
}

/** Narrative of plain paragraphs. */
export function narrative(...paragraphs: string[]): { status: 'additional'; div: string } {
  const body = paragraphs.map((text) => `<p>${escapeXml(text)}</p>`).join('');
  return { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${body}</div>` };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/** "type2Diabetes" as "type2-diabetes". */
export function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
