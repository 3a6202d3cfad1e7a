/** Screenings and vaccinations that are due: why, since when; booked, or told to the clinic where they were done elsewhere. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { keepDraft, useDraft } from '../../../device/drafts.ts';
import { formatDate } from '../../../format/date.ts';
import { Explained } from '../../../format/explained.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { t } from '../../../i18n/text.ts';
import { isOpen } from '../../../record/about-pages.ts';
import { type Planned, plan } from '../../../record/checkups/due.ts';
import { type Checkups, checkupsQuery, tellDone } from '../../../record/checkups/queries.ts';
import { dueWords, sourceWords, whoWords, whyWords } from '../../../record/checkups/words.ts';
import { recipientsQuery } from '../../../record/messages/send.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { Said } from '../../../ui/clinic.tsx';
import entries from '../../../ui/entries.module.css';
import { SendForm, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';

export function PreventionPage() {
  const { fhir } = usePortal();
  const query = useQuery(checkupsQuery(fhir));
  return (
    <>
      <PageHead title={t('Prevention')} />
      <p className="muted">
        {t(
          'From published schedules and what is in this record. It does not know everything about you: your care team may advise something else.',
        )}
      </p>
      <p>
        <Link className="button secondary" to="/prevention/vaccinations">
          {t('Vaccination record to print')}
        </Link>
      </p>
      <Loaded query={query} rows={6}>
        {(checkups) => <Plan checkups={checkups} />}
      </Loaded>
    </>
  );
}

function Plan({ checkups: { person, told } }: { readonly checkups: Checkups }) {
  const { fhir } = usePortal();
  // What a server does not have is not missing in a record.
  const isKnown = (kind: Planned['rule']['kind']): boolean =>
    kind === 'vaccination' ? fhir.offers('Immunization') : fhir.offers('Observation');
  const all = plan(person).filter(({ rule }) => isKnown(rule.kind));
  const due = all.filter(({ isDue }) => isDue);
  const others = all.filter(({ isDue }) => !isDue);
  if (all.length === 0)
    return <EmptyState>{t('Nothing can be said without a birth date on record.')}</EmptyState>;
  return (
    <>
      <h2>{t('Due now')}</h2>
      {due.length === 0 && <EmptyState>{t('Nothing is due now.')}</EmptyState>}
      {due.map((each) => (
        <Due key={each.rule.id} planned={each} told={told.get(each.rule.id)} />
      ))}
      {others.length > 0 && (
        <Card title={t('Up to date')}>
          <ul className={entries.list}>
            {others.map(({ rule, last, from }) => (
              <li key={rule.id}>
                <strong>{t(rule.name)}</strong>
                <span className="muted">
                  {last === undefined ? '' : t('Last: {date}.', { date: formatDate(last) })}{' '}
                  {from === undefined ? '' : t('Next from {date}.', { date: formatDate(from) })}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function Due({
  planned: { rule, from, last, dose },
  told,
}: {
  readonly planned: Planned;
  readonly told: string | undefined;
}) {
  const { fhir } = usePortal();
  const [isTelling, setTelling] = useState(false);
  return (
    <Card title={t(rule.name)}>
      <p>
        <Pill kind="warn">{dueWords({ from, last })}</Pill>{' '}
        {dose && t('Dose {number} of {of}', { number: dose.number, of: dose.of })}
      </p>
      <p>{[whoWords(rule), ...whyWords(rule)].join(' ')}</p>
      <p className="muted">
        {last !== undefined && `${t('Last in this record: {date}.', { date: formatDate(last) })} `}
        <a href={rule.source.url} target="_blank" rel="noreferrer">
          {sourceWords(rule)}
        </a>{' '}
        {t('(opens another site)')}
      </p>
      {told !== undefined && (
        <p>
          <Pill kind="info">
            {t('You told the clinic on {date} that it was done.', { date: formatDate(told) })}
          </Pill>
        </p>
      )}
      {isTelling ? (
        <Elsewhere planned={rule} onDone={() => setTelling(false)} />
      ) : (
        <p>
          {isOpen('/appointments/book', fhir.offers) && (
            <Link
              className="button secondary"
              to="/appointments/book?reason=checkup"
              // The reason is there when a time is chosen.
              onClick={() => keepDraft('book', t(rule.name))}
              aria-label={`${t('Book it')}: ${t(rule.name)}`}
            >
              {t('Book it')}
            </Link>
          )}{' '}
          {told === undefined && fhir.offers('Communication', 'create') && (
            <button
              type="button"
              className="button quiet"
              aria-label={`${t('Had it elsewhere')}: ${t(rule.name)}`}
              onClick={() => setTelling(true)}
            >
              {t('Had it elsewhere')}
            </button>
          )}
        </p>
      )}
    </Card>
  );
}

function Elsewhere({
  planned: rule,
  onDone,
}: {
  readonly planned: Planned['rule'];
  readonly onDone: () => void;
}) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [written, set, discard] = useDraft(`done elsewhere ${rule.id}`, { when: '', where: '' });
  const recipients = useQuery(recipientsQuery(fhir));
  // The team as a whole comes last: whoever of it is there enters it.
  const to = recipients.data?.at(-1);
  const done = (): void => {
    discard();
    onDone();
  };
  const tell = useSend({
    form: `done elsewhere ${rule.id}`,
    what: written,
    send: (identity) => {
      const { when, where } = written;
      requireRight(
        `when-${rule.id}`,
        !(Date.parse(when) <= Date.now()) && 'Please enter when it was done, not later than today.',
      );
      if (!to) throw new Explained(t('No care team is on record that could be written to.'));
      const topic = t('Done elsewhere: {name}', { name: t(rule.name) });
      const text = [topic, formatDate(when), where.trim()].filter(Boolean).join('. ');
      return tellDone(fhir, { id: rule.id, to, topic, text }, identity);
    },
    onSuccess: async () => {
      await refresh('checkups', 'messages');
      done();
    },
  });
  return (
    <Loaded query={recipients}>
      {(people) =>
        people.length === 0 ? (
          <p>
            <Said text="No care team is on record that could be written to. Please call the clinic." />
          </p>
        ) : (
          <SendForm label={t('Tell the clinic')} state={tell} onSend={() => tell.mutate()} onCancel={done}>
            <TextField
              id={`when-${rule.id}`}
              type="date"
              label={t('When was it?')}
              value={written.when}
              onChange={(when) => set({ ...written, when })}
              required
            />
            <TextField
              id={`where-${rule.id}`}
              label={t('Where was it? (optional)')}
              hint={t('A practice, a pharmacy, a hospital. The clinic may ask for the report.')}
              value={written.where}
              onChange={(where) => set({ ...written, where })}
            />
          </SendForm>
        )
      }
    </Loaded>
  );
}
