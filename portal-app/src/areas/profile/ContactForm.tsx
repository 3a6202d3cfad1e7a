/** Changes contact details. What the clinic changed meanwhile is not overwritten: the person looks again. */
import type { Patient } from '@medplum/fhirtypes';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { Select, SendForm, TextField } from '../../ui/form.tsx';
import { type ContactDetails, contactOf, contactProblem, withContact } from './contact.ts';

const FIELDS: readonly (readonly [Exclude<keyof ContactDetails, 'notices'>, label: string, type: string])[] =
  [
    ['phone', 'Phone', 'tel'],
    ['email', 'E-mail', 'email'],
    ['line', 'Street and number', 'text'],
    ['city', 'City', 'text'],
    ['state', 'State', 'text'],
    ['postalCode', 'Postal code', 'text'],
  ];

export function ContactForm({ patient, onDone }: { readonly patient: Patient; readonly onDone: () => void }) {
  const { fhir } = usePortal();
  const queries = useQueryClient();
  const [details, setDetails] = useState(() => contactOf(patient));
  const save = useMutation({
    mutationFn: async () => {
      const problem = contactProblem(details);
      if (problem) throw new Error(problem);
      return fhir.update(withContact(patient, details));
    },
    // After a conflict the newest version is read, so that the next save is made for it.
    onSettled: () => queries.invalidateQueries({ queryKey: ['patient'] }),
    onSuccess: onDone,
  });
  return (
    <SendForm label="Save" state={save} onSend={() => save.mutate()} onCancel={onDone}>
      {FIELDS.map(([name, label, type]) => (
        <TextField
          key={name}
          id={name}
          label={label}
          type={type}
          value={details[name]}
          onChange={(value) => setDetails({ ...details, [name]: value })}
        />
      ))}
      <Select
        id="notices"
        label="Tell me about news by"
        hint="New messages, results, visits and reminders. The text says only that there is something."
        value={details.notices}
        onChange={(value) => setDetails({ ...details, notices: value as ContactDetails['notices'] })}
        options={[
          ['email', 'E-mail'],
          ['phone', 'Text message to the phone above'],
        ]}
      />
    </SendForm>
  );
}
