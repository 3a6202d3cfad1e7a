/** What has to be said to end an entry of a list, or to correct it. Sent for the version that the form was opened on: what a colleague changes meanwhile was not looked at. */
import type { AllergyIntolerance, Condition } from '@medplum/fhirtypes';
import { useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { today } from '../../../format/clinic-clock.ts';
import { dayNamed } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { corrected, ended } from '../../../record/lists/changes.ts';
import { HOW_SINCE, keepsItsEnd, requireOver, requireSince } from '../../../record/lists/days.ts';
import { type Listed, nameOf } from '../../../record/lists/queries.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { SendForm, TextField } from '../../../ui/form.tsx';
import { useEntryChange } from './use-entry-change.ts';

export function EndForm({ entry, onDone }: { readonly entry: Listed; readonly onDone: () => void }) {
  const by = useBy();
  const [date, setDate] = useState(today());
  const [why, setWhy, discard] = useDraft(`end ${entry.resourceType}/${entry.id}`, '');
  const [opened] = useState(entry);
  const save = useEntryChange(
    () => {
      requireOver(`end-${entry.id}`, date);
      return ended(opened, { date, why }, by);
    },
    () => {
      discard();
      onDone();
    },
  );
  return (
    <SendForm
      label={t('End it')}
      state={save}
      onSend={() => save.mutate()}
      onCancel={onDone}
      cancelLabel={t('Keep it')}
    >
      {keepsItsEnd(entry) && (
        <TextField
          id={`end-${entry.id}`}
          type="date"
          label={t('Over since')}
          required
          value={date}
          onChange={setDate}
        />
      )}
      <TextField id={`end-why-${entry.id}`} label={t('Why? (optional)')} value={why} onChange={setWhy} />
    </SendForm>
  );
}

export function CorrectForm({
  entry,
  onDone,
}: {
  readonly entry: AllergyIntolerance | Condition;
  readonly onDone: () => void;
}) {
  const by = useBy();
  const [name, setName] = useState(nameOf(entry));
  const [since, setSince] = useState(dayNamed(entry.onsetDateTime));
  const [note, setNote, discard] = useDraft(`correct ${entry.resourceType}/${entry.id}`, '');
  const [opened] = useState(entry);
  const save = useEntryChange(
    () => {
      requireSince(`since-${entry.id}`, since, dayNamed(opened.onsetDateTime));
      return corrected(opened, { name, since, note }, by);
    },
    () => {
      discard();
      onDone();
    },
  );
  return (
    <SendForm label={t('Save')} state={save} onSend={() => save.mutate()} onCancel={onDone}>
      <TextField id={`name-${entry.id}`} label={t('Name')} required value={name} onChange={setName} />
      <TextField
        id={`since-${entry.id}`}
        label={t('Since')}
        hint={t(HOW_SINCE)}
        value={since}
        onChange={setSince}
      />
      <TextField id={`note-${entry.id}`} label={t('Note (optional)')} value={note} onChange={setNote} />
    </SendForm>
  );
}
