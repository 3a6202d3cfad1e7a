/** How, when and in which language the person is told of news; with a test. */
import type { Parameters, Patient } from '@medplum/fhirtypes';
import { useState } from 'react';
import { useChanges } from '../../../device/drafts.ts';
import { failureWords } from '../../../format/explained.ts';
import { type Text, t } from '../../../i18n/text.ts';
import type { Language } from '../../../i18n/wished.ts';
import {
  type NoticePreferences,
  preferencesOf,
  withPreferences,
} from '../../../record/patient/notice-preferences.ts';
import { usePatientChange } from '../../../record/patient/use-patient-change.ts';
import { FhirFailure } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useAction } from '../../../smart/use-send.ts';
import { Button } from '../../../ui/Button.tsx';
import { CheckList, Select, SendForm, TextField } from '../../../ui/form.tsx';
import { Card } from '../../../ui/parts.tsx';

const REMINDERS: readonly (readonly [hours: string, Text])[] = [
  ['1', '1 hour before'],
  ['3', '3 hours before'],
  ['24', '1 day before'],
  ['48', '2 days before'],
  ['168', '1 week before'],
];

export function NoticesCard({ patient }: { readonly patient: Patient }) {
  const [isEditing, setEditing] = useState(false);
  // P20: what is not sent is not promised.
  const isOn = usePortal().fhir.offers('Patient', '$test-notice');
  return (
    <Card title={t('Notices and reminders')}>
      {isEditing ? (
        <Edit patient={patient} onDone={() => setEditing(false)} />
      ) : (
        <>
          <p>{isOn ? summary(preferencesOf(patient)) : t('The clinic sends no notices at present.')}</p>
          <p>
            <button type="button" className="button secondary" onClick={() => setEditing(true)}>
              {t('Change my notices')}
            </button>
          </p>
          {isOn && <Test />}
        </>
      )}
    </Card>
  );
}

function summary({ channel, reminderHours, quietFrom, quietUntil }: NoticePreferences): string {
  const reminders = REMINDERS.filter(([hours]) => reminderHours.includes(Number(hours))).map(([, words]) =>
    t(words),
  );
  return [
    t(channel === 'phone' ? 'News is announced by text message.' : 'News is announced by e-mail.'),
    reminders.length === 0
      ? t('No reminders of visits.')
      : t('Reminders of visits: {times}.', { times: reminders.join(', ') }),
    quietFrom !== '' && quietUntil !== ''
      ? t('Quiet from {from} until {until}.', { from: quietFrom, until: quietUntil })
      : t('No quiet hours.'),
  ].join(' ');
}

const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' };

const channelName = (channel: NoticePreferences['channel']): string =>
  t(channel === 'phone' ? 'Text message to my phone' : 'E-mail');

function Edit({ patient, onDone }: { readonly patient: Patient; readonly onDone: () => void }) {
  const onRecord = preferencesOf(patient);
  const [chosen, change, discard, check] = useChanges('notices', onRecord);
  const done = (): void => {
    discard();
    onDone();
  };
  const save = usePatientChange(
    patient,
    async () => {
      await check({
        channel: ['notices', channelName(onRecord.channel)],
        language: ['language', LANGUAGES[onRecord.language]],
        quietFrom: 'quiet-from',
        quietUntil: 'quiet-until',
      });
      return withPreferences(patient, chosen, Intl.DateTimeFormat().resolvedOptions().timeZone);
    },
    done,
  );
  return (
    <SendForm label={t('Save')} state={save} onSend={() => save.mutate()} onCancel={done}>
      <Select
        id="notices"
        label={t('Tell me about news by')}
        hint={t('New messages, results, visits and reminders. The text says only that there is something.')}
        value={chosen.channel}
        onChange={(value) => change({ channel: value as NoticePreferences['channel'] })}
        options={[
          ['email', channelName('email')],
          ['phone', channelName('phone')],
        ]}
      />
      <Select
        id="language"
        label={t('Language')}
        hint={t('Of e-mails and text messages. The portal’s own is chosen beside its pages.')}
        value={chosen.language}
        onChange={(value) => change({ language: value as Language })}
        options={[
          ['en', LANGUAGES.en],
          ['es', LANGUAGES.es],
        ]}
      />
      <CheckList
        legend={t('Remind me of visits')}
        options={REMINDERS.map(([hours, words]) => [hours, t(words)] as const)}
        chosen={chosen.reminderHours.map(String)}
        onChange={(hours) => change({ reminderHours: hours.map(Number) })}
      />
      <TextField
        id="quiet-from"
        type="time"
        label={t('Quiet from (optional)')}
        hint={t('What comes up then is told when the quiet hours end.')}
        value={chosen.quietFrom}
        onChange={(quietFrom) => change({ quietFrom })}
      />
      <TextField
        id="quiet-until"
        type="time"
        label={t('Quiet until (optional)')}
        value={chosen.quietUntil}
        onChange={(quietUntil) => change({ quietUntil })}
      />
    </SendForm>
  );
}

/** What the server says of a test, in words of its own. */
function testWords(error: Error): string {
  const status = error instanceof FhirFailure ? error.status : 0;
  if (status === 404) return t('The clinic sends no notices at present.');
  if (status === 422) return t('There is no address that takes it. Look at your e-mail and phone above.');
  if (status === 429) return t('One test a minute: wait a moment.');
  return failureWords(error);
}

function Test() {
  const { fhir } = usePortal();
  const test = useAction({
    act: () =>
      fhir.operation<Parameters>({ type: 'Patient', id: fhir.patient, name: '$test-notice', parameter: [] }),
  });
  return (
    <>
      <p>
        <Button className="button quiet" isOff={test.isPending} onClick={() => test.mutate()}>
          {t(test.isPending ? 'Sending…' : 'Send me a test notice')}
        </Button>
      </p>
      <p role="status">
        {test.isLatest &&
          test.data &&
          t(
            test.data.parameter?.[0]?.valueCode === 'sms'
              ? 'A text message is on its way to your phone.'
              : 'A mail is on its way to you. If it does not come, look among the unwanted ones.',
          )}
        {test.error && testWords(test.error)}
      </p>
    </>
  );
}
