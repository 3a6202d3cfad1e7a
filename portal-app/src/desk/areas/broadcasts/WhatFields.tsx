/** What they get: a message, which may have fields and a translation, or a questionnaire to fill in. */
import { useQuery } from '@tanstack/react-query';
import { t } from '../../../i18n/text.ts';
import { questionnairesQuery, type Written } from '../../../record/broadcasts/broadcast.ts';
import { FIELDS, READY } from '../../../record/broadcasts/texts.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { Select, TextArea, TextField } from '../../../ui/form.tsx';
import styles from './broadcasts.module.css';

/** Characters, as fhir-server takes them (operations/broadcasts/order.ts). */
const MOST_OF_TOPIC = 200;

export function WhatFields({
  written,
  onChange,
}: {
  readonly written: Written;
  readonly onChange: (written: Written) => void;
}) {
  const set = (name: keyof Written) => (value: string) => onChange({ ...written, [name]: value });
  const isMessage = written.kind === 'message';
  return (
    <fieldset className={styles.part}>
      <legend>{t('What they get')}</legend>
      <Select
        id="what-kind"
        label={t('A message or a questionnaire')}
        value={written.kind}
        onChange={set('kind')}
        options={[
          ['message', t('A message')],
          ['questionnaire', t('A questionnaire to fill in')],
        ]}
      />
      {isMessage ? (
        <div className={styles.ready}>
          {READY.map(({ name, ...texts }) => (
            <button
              key={name}
              type="button"
              className="button quiet"
              onClick={() => onChange({ ...written, ...texts })}
            >
              {t(name)}
            </button>
          ))}
        </div>
      ) : (
        <Questionnaires chosen={written.questionnaire} onChange={set('questionnaire')} />
      )}
      <TextField
        id="what-topic"
        label={t('Topic')}
        required
        most={MOST_OF_TOPIC}
        value={written.topic}
        onChange={set('topic')}
      />
      {isMessage && (
        <TextArea
          id="what-text"
          label={t('What you write')}
          hint={t('For each patient these are filled in: {fields}', { fields: FIELDS.join(' ') })}
          rows={7}
          required
          value={written.text}
          onChange={set('text')}
        />
      )}
      <TextField
        id="what-spanish-topic"
        label={t('Topic in Spanish')}
        hint={t('For patients whose language it is. Without it they get the other.')}
        most={MOST_OF_TOPIC}
        value={written.spanishTopic}
        onChange={set('spanishTopic')}
      />
      {isMessage && (
        <TextArea
          id="what-spanish-text"
          label={t('The same in Spanish')}
          rows={7}
          value={written.spanishText}
          onChange={set('spanishText')}
        />
      )}
    </fieldset>
  );
}

function Questionnaires({
  chosen,
  onChange,
}: {
  readonly chosen: string;
  readonly onChange: (reference: string) => void;
}) {
  const { fhir } = useSignedIn();
  const found = useQuery(questionnairesQuery(fhir)).data ?? [];
  return (
    <Select
      id="what-questionnaire"
      label={t('Which questionnaire')}
      required
      value={chosen}
      onChange={onChange}
      options={[
        ['', t('Please choose')],
        ...found.map(({ id, title }) => [`Questionnaire/${id}`, title ?? id ?? ''] as const),
      ]}
    />
  );
}
