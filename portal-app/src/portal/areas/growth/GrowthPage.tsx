/** A child's growth charts, on a page that prints clean. */
import { useQuery } from '@tanstack/react-query';
import { formatDate } from '../../../format/date.ts';
import { nameText, officialName } from '../../../format/words.ts';
import { fill, t } from '../../../i18n/text.ts';
import { patientQuery } from '../../../record/patient/use-patient.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { BackLink } from '../../../ui/BackLink.tsx';
import { PageHead } from '../../../ui/parts.tsx';
import { GrowthOfRecord } from '../../../views/GrowthOfRecord.tsx';

export function GrowthPage() {
  const patient = useQuery(patientQuery(usePortal().fhir)).data;
  return (
    <>
      <BackLink to="/results">{t('All results')}</BackLink>
      <PageHead title={t('Growth charts')} />
      {patient && (
        <p>
          {fill('{name}, born {date}', {
            name: <strong key="name">{nameText(officialName(patient))}</strong>,
            date: formatDate(patient.birthDate),
          })}
        </p>
      )}
      <GrowthOfRecord />
      <p>
        <button type="button" className="button secondary" onClick={() => print()}>
          {t('Print, or save as PDF')}
        </button>
      </p>
    </>
  );
}
