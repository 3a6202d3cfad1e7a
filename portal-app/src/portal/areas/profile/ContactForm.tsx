/** Changes contact details. What the clinic changed meanwhile is not overwritten: the person looks again. */
import type { Patient } from '@medplum/fhirtypes';
import { useChanges } from '../../../device/drafts.ts';
import { FieldProblem } from '../../../format/field-problem.ts';
import { type Text, t } from '../../../i18n/text.ts';
import {
  type ContactDetails,
  contactOf,
  contactProblems,
  withContact,
} from '../../../record/patient/contact.ts';
import { usePatientChange } from '../../../record/patient/use-patient-change.ts';
import { SendForm, TextField } from '../../../ui/form.tsx';

const FIELDS: readonly (readonly [keyof ContactDetails, label: Text, type: string])[] = [
  ['phone', 'Phone', 'tel'],
  ['email', 'E-mail', 'email'],
  ['line', 'Street and number', 'text'],
  ['city', 'City', 'text'],
  ['state', 'State', 'text'],
  ['postalCode', 'Postal code', 'text'],
];

export function ContactForm({
  patient,
  onSaved,
  onCancel,
}: {
  readonly patient: Patient;
  readonly onSaved: () => void;
  readonly onCancel: () => void;
}) {
  const [details, change, discard, check] = useChanges('contact', contactOf(patient));
  const closing = (then: () => void) => (): void => {
    discard();
    then();
  };
  const save = usePatientChange(
    patient,
    async () => {
      const problems = Object.entries(contactProblems(details));
      if (problems.length > 0)
        throw new FieldProblem(Object.fromEntries(problems.map(([name, text]) => [name, t(text)])));
      await check(Object.fromEntries(FIELDS.map(([name]) => [name, name])));
      return withContact(patient, details);
    },
    closing(onSaved),
  );
  return (
    <SendForm label={t('Save')} state={save} onSend={() => save.mutate()} onCancel={closing(onCancel)}>
      {FIELDS.map(([name, label, type]) => (
        <TextField
          key={name}
          id={name}
          label={t(label)}
          type={type}
          value={details[name]}
          onChange={(value) => change({ [name]: value })}
        />
      ))}
    </SendForm>
  );
}
