/** Who somebody is, and how they are reached: a correction that was asked for, and contacts that changed from the patient's side. */
import type { ContactPoint } from '@medplum/fhirtypes';
import { useState } from 'react';
import { useChanges } from '../../../device/drafts.ts';
import { formatDate } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import {
  bornId,
  changePerson,
  identityOf,
  isUnconfirmed,
  nameInOnePiece,
  requireBorn,
  withConfirmed,
  withIdentity,
} from '../../../record/work/person.ts';
import { declineTask } from '../../../record/work/refill.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { CheckList, Select, SendForm, TextField } from '../../../ui/form.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { EmptyState } from '../../../ui/parts.tsx';
import { Decline, focusOn, type ItemProps, Key } from './parts.tsx';
import { Said } from './RefillItem.tsx';
import { useWork } from './use-work.ts';

/** What they wrote above, what is on record below, where it is changed. */
export function CorrectionItem({ task, patient }: ItemProps) {
  const { fhir } = usePortal();
  const by = useBy();
  const onRecord = identityOf(patient);
  const [after, setAfter, discard, check] = useChanges(`correct ${task.id}`, onRecord);
  const whole = nameInOnePiece(patient);
  const id = `approve-${task.id}`;
  const send = useWork(task, {
    name: 'correct',
    what: after,
    words: t('Corrected'),
    act: async (identity) => {
      requireBorn(task, after.birthDate);
      await check({
        given: `given-${task.id}`,
        family: `family-${task.id}`,
        birthDate: [bornId(task), formatDate(onRecord.birthDate)],
        gender: [`gender-${task.id}`, ''],
      });
      return changePerson(fhir, task, { by, patient: withIdentity(patient, after), identity });
    },
    onDone: discard,
  });
  useKeys({ a: () => focusOn(id) });
  return (
    <>
      <Said task={task} />
      <SendForm
        label={t('Save, and tell the patient')}
        state={send}
        onSend={() => send.mutate()}
        submitId={id}
        submitHint={<Key of="a" />}
      >
        {whole && <p>{t('On record in one piece: {name}', { name: whole })}</p>}
        <TextField
          id={`given-${task.id}`}
          label={t('Given names')}
          value={after.given}
          onChange={(given) => setAfter({ given })}
          required={onRecord.given !== ''}
        />
        <TextField
          id={`family-${task.id}`}
          label={t('Family name')}
          value={after.family}
          onChange={(family) => setAfter({ family })}
          required={onRecord.family !== ''}
        />
        <TextField
          id={bornId(task)}
          type="date"
          label={t('Born')}
          value={after.birthDate}
          onChange={(birthDate) => setAfter({ birthDate })}
          required
        />
        <Select
          id={`gender-${task.id}`}
          label={t('Sex')}
          value={after.gender}
          onChange={(gender) => setAfter({ gender })}
          options={[
            ['female', t('female')],
            ['male', t('male')],
            ['other', t('another gender')],
            ['unknown', t('Not recorded')],
          ]}
        />
      </SendForm>
      <Decline
        task={task}
        patient={patient}
        about="correction-no"
        label="Decline"
        words="Declined"
        decline={(reason, identity) => declineTask(fhir, task, { by, reason, identity })}
      />
    </>
  );
}

const contactText = (contact: ContactPoint | undefined): string =>
  [contact?.value, contact?.use].filter(Boolean).join(' · ');

/** Until somebody of the clinic has confirmed them, they prove nobody's identity. */
export function ContactItem({ task, patient }: ItemProps) {
  const { fhir } = usePortal();
  const by = useBy();
  const all = (patient.telecom ?? []).flatMap((each, i) =>
    isUnconfirmed(each) ? [[String(i), each] as const] : [],
  );
  // By what they say: places change when a contact is added or taken out meanwhile.
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const right = all.flatMap(([i, each]) => (wrong.includes(contactText(each)) ? [] : [i]));
  const id = `approve-${task.id}`;
  const send = useWork(task, {
    name: 'confirm',
    what: right.map((i) => contactText(patient.telecom?.[Number(i)])),
    words: t('Confirmed'),
    act: (identity) =>
      changePerson(fhir, task, { by, patient: withConfirmed(patient, right.map(Number)), identity }),
  });
  useKeys({ a: () => focusOn(id) });
  return (
    <SendForm
      label={t('Confirm what is ticked')}
      state={send}
      onSend={() => send.mutate()}
      submitId={id}
      submitHint={<Key of="a" />}
    >
      <p>{t('Changed from the patient’s side. Ask the patient; what is not ticked is taken out.')}</p>
      {all.length === 0 ? (
        <EmptyState>{t('Nothing waits to be confirmed any more.')}</EmptyState>
      ) : (
        <CheckList
          legend={t('New contacts')}
          options={all.map(([i, each]) => [i, contactText(each)] as const)}
          chosen={right}
          onChange={(chosen) =>
            setWrong(all.flatMap(([i, each]) => (chosen.includes(i) ? [] : [contactText(each)])))
          }
        />
      )}
    </SendForm>
  );
}
