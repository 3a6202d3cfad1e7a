/** One page that a doctor can read in a minute, on screen or on paper. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { formatDate } from '../../format/date.ts';
import { nameText } from '../../format/words.ts';
import { fill, t } from '../../i18n/text.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { Loaded, PageHead } from '../../ui/parts.tsx';
import { SummaryParts } from './SummaryParts.tsx';
import { summaryQuery } from './summary.ts';

export function SummaryPage() {
  const { config, fhir } = usePortal();
  const query = useQuery(summaryQuery(fhir));
  return (
    <>
      <PageHead title={t('Health summary')} />
      <Loaded query={query} rows={8}>
        {(summary) => (
          <>
            <p>
              {fill('{name}, born {date}', {
                name: <strong key="name">{nameText(summary.patient.name?.[0])}</strong>,
                date: formatDate(summary.patient.birthDate),
              })}
              {genderWords(summary.patient.gender)}
            </p>
            <p className="muted">
              {t('From the record at {clinic}, as of {date}.', {
                clinic: config.clinicName,
                date: formatDate(new Date().toISOString()),
              })}
            </p>
            <p>
              <button type="button" className="button secondary" onClick={() => print()}>
                {t('Print this summary')}
              </button>{' '}
              <Link className="button secondary" to="/share">
                {t('Share it by a link')}
              </Link>
            </p>
            <SummaryParts summary={summary} />
          </>
        )}
      </Loaded>
    </>
  );
}

export function genderWords(gender: string | undefined): string {
  return gender === 'female' ? `, ${t('female')}` : gender === 'male' ? `, ${t('male')}` : '';
}
