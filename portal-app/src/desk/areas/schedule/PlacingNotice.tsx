/** Above the schedule, while something is to be given a time on it: whose visit it is, and what was asked for. */
import { useQuery } from '@tanstack/react-query';
import { nameText, officialName } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { patientQuery } from '../../../record/patient/use-patient.ts';
import { placedText } from '../../../record/schedule/words.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import type { Placing } from './placing.ts';
import styles from './schedule.module.css';

export function PlacingNotice({
  placing,
  onCancel,
}: {
  readonly placing: Placing;
  readonly onCancel: () => void;
}) {
  return (
    <div className={styles.placing} role="status">
      <strong>
        {placing.kind === 'visit' ? (
          t('Choose a free time for this visit.')
        ) : (
          <ForPatient id={placing.patient} />
        )}
      </strong>{' '}
      {placing.kind === 'visit' && <span>{placedText(placing.visit)}</span>}
      <button type="button" className="button secondary" onClick={onCancel}>
        {t('Leave it as it is')}
      </button>
    </div>
  );
}

function ForPatient({ id }: { readonly id: string }) {
  const { fhir } = useSignedIn();
  const patient = useQuery(patientQuery({ ...fhir, patient: id })).data;
  return (
    <>
      {t('Choose a free time for {name}.', {
        name: patient ? nameText(officialName(patient)) : t('the patient'),
      })}
    </>
  );
}
