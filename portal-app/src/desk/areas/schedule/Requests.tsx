/** Visits that patients asked for, and those on the waiting list: each can be given a time on the schedule above. */
import type { Appointment } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { reason } from '../../../format/appointment.ts';
import { t } from '../../../i18n/text.ts';
import { visitRequestsQuery } from '../../../record/schedule/queries.ts';
import { patientId, patientName } from '../../../record/schedule/words.ts';
import { statusWords } from '../../../record/visits/status.ts';
import { when } from '../../../record/visits/words.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import { Card, EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';
import styles from './schedule.module.css';

export function Requests({ onPlace }: { readonly onPlace: (visit: Appointment) => void }) {
  const { fhir } = useSignedIn();
  return (
    <Card title={t('Asked for')}>
      <Loaded query={useQuery(visitRequestsQuery(fhir))} rows={2}>
        {(requests) =>
          requests.length === 0 ? (
            <EmptyState>{t('Nobody waits for a time.')}</EmptyState>
          ) : (
            <ul className={styles.requests}>
              <Each of={requests}>{(request) => <Request request={request} onPlace={onPlace} />}</Each>
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function Request({
  request,
  onPlace,
}: {
  readonly request: Appointment;
  readonly onPlace: (visit: Appointment) => void;
}) {
  const name = patientName(request);
  return (
    <li key={request.id}>
      <span>
        <Link to={`/patients/${patientId(request) ?? ''}/visits`}>{name}</Link>: {reason(request)}
        <br />
        <span className="muted">{[when(request), request.comment].filter(Boolean).join(' · ')}</span>
      </span>
      {request.status === 'waitlist' && <Pill kind="info">{statusWords(request.status)}</Pill>}
      <button
        type="button"
        className="button secondary"
        onClick={() => {
          onPlace(request);
          scrollTo({ top: 0 });
        }}
      >
        {t('Find a time')}
        <span className="visually-hidden">: {name}</span>
      </button>
    </li>
  );
}
