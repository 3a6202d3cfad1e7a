/** One patient, as the EHR that launched the desk, or a search, opened them. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { nameText } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { patientQuery } from '../../../record/patient/use-patient.ts';
import { RecordProvider, usePortal } from '../../../smart/SessionProvider.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { Loaded, PageHead } from '../../../ui/parts.tsx';

export function PatientPage() {
  const { id = '' } = useParams();
  return (
    <RecordProvider patient={id}>
      <Banner />
    </RecordProvider>
  );
}

/** Who this is: what must be right before anything is done. */
function Banner() {
  const { fhir } = usePortal();
  return (
    <Loaded query={useQuery(patientQuery(fhir))} rows={2}>
      {({ name, birthDate, identifier = [] }) => (
        <>
          <PageHead title={nameText(name?.[0]) || t('Patient')} />
          <Facts
            facts={[
              [t('Born'), birthDate && formatDate(birthDate)],
              [t('Record number'), identifier[0]?.value],
            ]}
          />
        </>
      )}
    </Loaded>
  );
}
