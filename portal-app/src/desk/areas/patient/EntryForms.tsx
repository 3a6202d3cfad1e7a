/** What has to be said to end an entry of a list, or to correct it. Sent for the version that the form was opened on: what a colleague changes meanwhile was not looked at, until a save was refused for it. */
import type { AllergyIntolerance, Condition } from '@medplum/fhirtypes';
import { useChanges, useDraft } from '../../../device/drafts.ts';
import { today } from '../../../format/clinic-clock.ts';
import { dayNamed } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { corrected, ended } from '../../../record/lists/changes.ts';
import { HOW_SINCE, keepsItsEnd, requireOver, requireSince } from '../../../record/lists/days.ts';
import { begunInWords, begunOf, type Listed, nameOf, overOf } from '../../../record/lists/queries.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { SendForm, TextField } from '../../../ui/form.tsx';
import { useEntryChange, useOpened } from './use-entry-change.ts';

export function EndForm({ entry, onDone }: { readonly entry: Listed; readonly onDone: () => void }) {
  const by = useBy();
  const [{ date, why }, set, discard] = useDraft(`end ${entry.resourceType}/${entry.id}`, {
    date: today(),
    why: '',
  });
  const [opened, catchUp] = useOpened(entry);
  const save = useEntryChange(
    () => {
      requireOver(`end-${entry.id}`, date, begunOf(opened));
      return ended(opened, { date, why }, by);
    },
    {
      onDone: () => {
        discard();
        onDone();
      },
      catchUp,
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
          onChange={(day) => set({ date: day, why })}
        />
      )}
      <TextField
        id={`end-why-${entry.id}`}
        label={t('Why? (optional)')}
        value={why}
        onChange={(words) => set({ date, why: words })}
      />
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
  const [opened, catchUp] = useOpened(entry);
  const onRecord = { name: nameOf(opened), since: dayNamed(opened.onsetDateTime), note: '' };
  const [is, change, discard, check] = useChanges(`correct ${entry.resourceType}/${entry.id}`, onRecord);
  const save = useEntryChange(
    async () => {
      requireSince(`since-${entry.id}`, is.since, onRecord.since, overOf(opened));
      await check({ name: `name-${entry.id}`, since: `since-${entry.id}` });
      return corrected(opened, is, by);
    },
    {
      onDone: () => {
        discard();
        onDone();
      },
      catchUp,
    },
  );
  return (
    <SendForm label={t('Save')} state={save} onSend={() => save.mutate()} onCancel={onDone}>
      <TextField
        id={`name-${entry.id}`}
        label={t('Name')}
        required
        value={is.name}
        onChange={(name) => change({ name })}
      />
      <TextField
        id={`since-${entry.id}`}
        label={t('Since')}
        hint={[begunInWords(opened), t(HOW_SINCE)].filter(Boolean).join('. ')}
        value={is.since}
        onChange={(since) => change({ since })}
      />
      <TextField
        id={`note-${entry.id}`}
        label={t('Note (optional)')}
        value={is.note}
        onChange={(note) => change({ note })}
      />
    </SendForm>
  );
}
