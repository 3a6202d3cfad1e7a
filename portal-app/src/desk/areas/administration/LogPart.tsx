/** What the audit log says about a patient, or of a colleague: who did what and when, and why where it was said. */
import type { AuditEvent } from '@medplum/fhirtypes';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatDate, formatDateTime } from '../../../format/date.ts';
import { nameText, officialName } from '../../../format/words.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { byDeed, DEEDS, type Deeds, logQuery } from '../../../record/access/queries.ts';
import { type Names, whoText, whyText } from '../../../record/access/words.ts';
import { deedText, outcomeText, recordsQuery, whoseText } from '../../../record/administration/log.ts';
import { peopleQuery } from '../../../record/administration/people.ts';
import { patientSearchQuery } from '../../../record/patients/find.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { Select, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';
import { ScrollTable } from '../../../ui/ScrollTable.tsx';
import { ShowOlder } from '../../../ui/ShowOlder.tsx';
import styles from './administration.module.css';

const LEAST_LETTERS = 2;
const NOBODY: Names = new Map();

const WHICH: Readonly<Record<Deeds, Text>> = {
  all: 'Everything',
  changed: 'Only what was changed',
  failed: 'Only what was refused or failed',
};

export function LogPart() {
  const { fhir } = useSignedIn();
  const people = useQuery(peopleQuery(fhir)).data ?? [];
  const [text, setText] = useState('');
  const [about, setAbout] = useState('');
  const found = useQuery(patientSearchQuery(fhir, text.trim().length >= LEAST_LETTERS ? text.trim() : ''));
  return (
    <Card title={t('Audit log')}>
      <div className={styles.asked}>
        <TextField
          id="log-patient"
          label={t('About a patient')}
          hint={t('Name, birth date, record number or phone')}
          value={text}
          onChange={setText}
        />
        <Select
          id="log-colleague"
          label={t('Of a colleague')}
          value={about.startsWith('Practitioner/') ? about : ''}
          onChange={(next) => {
            setText('');
            setAbout(next);
          }}
          options={[
            ['', t('Nobody chosen')] as const,
            ...people.map(({ practitioner, name }) => [`Practitioner/${practitioner.id}`, name] as const),
          ]}
        />
      </div>
      {text.trim().length >= LEAST_LETTERS && (
        <div className={styles.found}>
          {(found.data ?? []).slice(0, 6).map((patient) => (
            <button
              key={patient.id}
              type="button"
              className={about === `Patient/${patient.id}` ? 'button' : 'button secondary'}
              aria-pressed={about === `Patient/${patient.id}`}
              onClick={() => setAbout(`Patient/${patient.id}`)}
            >
              {nameText(officialName(patient))}, {formatDate(patient.birthDate)}
            </button>
          ))}
          {found.data?.length === 0 && (
            <p className="muted">{t('No patient that you may open fits this.')}</p>
          )}
        </div>
      )}
      {about !== '' && <Log about={about} />}
    </Card>
  );
}

function Log({ about }: { readonly about: string }) {
  const { fhir } = useSignedIn();
  const [deeds, setDeeds] = useState<Deeds>('all');
  const query = useInfiniteQuery(logQuery(fhir, about, byDeed(deeds)));
  const people = useQuery(peopleQuery(fhir)).data ?? [];
  const names = new Map(people.map(({ practitioner, name }) => [`Practitioner/${practitioner.id}`, name]));
  return (
    <>
      <Select
        id="log-deeds"
        label={t('What is shown')}
        value={deeds}
        onChange={(next) => setDeeds(next as Deeds)}
        options={DEEDS.map((each) => [each, t(WHICH[each])] as const)}
      />
      <Loaded query={query} rows={6}>
        {({ pages }) => (
          <Events events={pages.flatMap(({ resources }) => resources)} self={fhir.self} names={names} />
        )}
      </Loaded>
      {query.hasNextPage && (
        <ShowOlder isLoading={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()} />
      )}
    </>
  );
}

function Events({
  events,
  self,
  names,
}: {
  readonly events: readonly AuditEvent[];
  readonly self: string;
  readonly names: Names;
}) {
  const { fhir } = useSignedIn();
  const records = useQuery(recordsQuery(fhir, events)).data ?? NOBODY;
  if (events.length === 0) return <EmptyState>{t('The log has nothing of this.')}</EmptyState>;
  return (
    <ScrollTable
      label={t('Audit log')}
      heads={[t('When'), t('Who'), t('What'), t('Whose record'), t('Outcome'), t('Why')]}
    >
      {events.map((event) => (
        <tr key={event.id}>
          <td>{formatDateTime(event.recorded)}</td>
          <td>{whoText(event, self, names)}</td>
          <td>{deedText(event)}</td>
          <td>{whoseText(event, records)}</td>
          <td>
            <Outcome event={event} />
          </td>
          <td>{whyText(event) ?? ''}</td>
        </tr>
      ))}
    </ScrollTable>
  );
}

function Outcome({ event }: { readonly event: AuditEvent }) {
  const words = outcomeText(event);
  return words === undefined || event.outcome === '0' ? words : <Pill kind="warn">{words}</Pill>;
}
