/** Whom the clinic calls in an emergency (Patient.contact): the first of them is changed here, the others stay. */
import type { Patient } from '@medplum/fhirtypes';
import { useState } from 'react';
import { useChanges } from '../../../device/drafts.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { nameText } from '../../../format/words.ts';
import { fill, t } from '../../../i18n/text.ts';
import { isPhone } from '../../../record/patient/contact.ts';
import {
  type EmergencyContact,
  emergencyContactOf,
  relationText,
  withEmergencyContact,
} from '../../../record/patient/emergency.ts';
import { usePatientChange } from '../../../record/patient/use-patient-change.ts';
import { EMERGENCY_NUMBER } from '../../../ui/emergency-number.tsx';
import { SendForm, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState } from '../../../ui/parts.tsx';

export function EmergencyCard({
  patient,
  canChange,
}: {
  readonly patient: Patient;
  readonly canChange: boolean;
}) {
  const [isEditing, setEditing] = useState(false);
  const contacts = patient.contact ?? [];
  return (
    <Card title={t('In an emergency call')}>
      <p>{fill('First {number}, when a life may be in danger.', { number: EMERGENCY_NUMBER })}</p>
      {contacts.length === 0 && (
        <EmptyState>{t('Nobody is on record. Name somebody whom we may call.')}</EmptyState>
      )}
      <ul>
        {contacts.map((each) => (
          <li key={`${nameText(each.name)} ${each.telecom?.[0]?.value}`}>
            <strong>{nameText(each.name)}</strong>{' '}
            {[relationText(each), each.telecom?.[0]?.value].filter(Boolean).join(', ')}
          </li>
        ))}
      </ul>
      {isEditing && <Edit patient={patient} onDone={() => setEditing(false)} />}
      {canChange && !isEditing && (
        <p>
          <button type="button" className="button secondary" onClick={() => setEditing(true)}>
            {t(contacts.length === 0 ? 'Name somebody' : 'Change the emergency contact')}
          </button>
        </p>
      )}
    </Card>
  );
}

function Edit({ patient, onDone }: { readonly patient: Patient; readonly onDone: () => void }) {
  const [contact, change, discard, check] = useChanges<EmergencyContact>(
    'emergency',
    emergencyContactOf(patient),
  );
  const done = (): void => {
    discard();
    onDone();
  };
  const save = usePatientChange(
    patient,
    async () => {
      requireRight('emergency-phone', !isPhone(contact.phone) && 'Please enter a whole phone number.');
      await check({
        name: 'emergency-name',
        relationship: 'emergency-relationship',
        phone: 'emergency-phone',
      });
      return withEmergencyContact(patient, contact);
    },
    done,
  );
  return (
    <SendForm label={t('Save')} state={save} onSend={() => save.mutate()} onCancel={done}>
      <TextField
        id="emergency-name"
        label={t('Name')}
        value={contact.name}
        onChange={(name) => change({ name })}
        required
      />
      <TextField
        id="emergency-relationship"
        label={t('Who is it to you? (optional)')}
        hint={t('For example: daughter, neighbor.')}
        value={contact.relationship}
        onChange={(relationship) => change({ relationship })}
      />
      <TextField
        id="emergency-phone"
        type="tel"
        label={t('Phone of the emergency contact')}
        value={contact.phone}
        onChange={(phone) => change({ phone })}
        required
      />
    </SendForm>
  );
}
