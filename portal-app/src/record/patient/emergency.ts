/** The first emergency contact out of the Patient resource and back into it. */
import type { Patient, PatientContact } from '@medplum/fhirtypes';
import { relationWords } from '../../format/relation.ts';
import { nameText } from '../../format/words.ts';

export interface EmergencyContact {
  readonly name: string;
  readonly relationship: string;
  readonly phone: string;
}

const EMERGENCY = {
  coding: [
    { system: 'http://terminology.hl7.org/CodeSystem/v2-0131', code: 'C', display: 'Emergency Contact' },
  ],
};

/** What they are to the person; that they are called in an emergency says nothing of that. */
export function relationText({ relationship = [] }: PatientContact): string {
  const relation = relationship.find(({ coding = [] }) => coding.every(({ code }) => code !== 'C'));
  return relation ? relationWords(relation) : '';
}

export function emergencyContactOf({ contact = [] }: Patient): EmergencyContact {
  const [first] = contact;
  if (!first) return { name: '', relationship: '', phone: '' };
  return {
    name: nameText(first.name),
    relationship: relationText(first),
    phone: first.telecom?.find(({ system }) => system === 'phone')?.value ?? '',
  };
}

/** What was not changed keeps its codes. */
export function withEmergencyContact(patient: Patient, contact: EmergencyContact): Patient {
  const [first, ...others] = patient.contact ?? [];
  const before = emergencyContactOf(patient);
  const { name: oldName, relationship: oldRelationship, ...rest } = first ?? {};
  const relationship =
    oldRelationship && contact.relationship === before.relationship
      ? oldRelationship
      : [EMERGENCY, ...(contact.relationship.trim() === '' ? [] : [{ text: contact.relationship.trim() }])];
  const phones = (first?.telecom ?? []).filter(({ system }) => system !== 'phone');
  return {
    ...patient,
    contact: [
      {
        ...rest,
        relationship,
        name: oldName && contact.name === before.name ? oldName : { text: contact.name.trim() },
        telecom: [{ system: 'phone', value: contact.phone.trim() }, ...phones],
      },
      ...others,
    ],
  };
}
