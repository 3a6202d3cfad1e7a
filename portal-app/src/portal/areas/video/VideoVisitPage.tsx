/** A visit by video: the way to the clinic's meeting when it is time, and a test of camera, microphone and sound before it. */
import type { Appointment } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { useClinic } from '../../../device/clinic.ts';
import { reason } from '../../../format/appointment.ts';
import { formatDateTime } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import {
  isVideoToCome,
  MINUTES_EARLY,
  mayJoin,
  opensAt,
  videoVisitQuery,
} from '../../../record/visits/join.ts';
import { visitText, when } from '../../../record/visits/words.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { ClinicLines, Said } from '../../../ui/clinic.tsx';
import { Card, Loaded, PageHead } from '../../../ui/parts.tsx';
import { useNow } from '../../../ui/use-now.ts';
import { JoinLink } from '../../../views/JoinLink.tsx';
import { DeviceTest } from './DeviceTest.tsx';

export function VideoVisitPage() {
  const { fhir } = usePortal();
  const { id = '' } = useParams();
  const query = useQuery(videoVisitQuery(fhir, id));
  const clinic = useClinic();
  return (
    <>
      <PageHead title={t('Video visit')} />
      <Loaded query={query}>
        {({ visit, meeting }) => (
          <>
            <p>
              <strong>{visitText(visit)}</strong>
            </p>
            <Card title={t('Join')}>
              <Join visit={visit} meeting={meeting} />
            </Card>
            {isVideoToCome(visit) && <DeviceTest />}
            {clinic && (
              <Card title={t('If it does not work')}>
                <p>{t('Call the clinic: they can go on by phone, or find another time.')}</p>
                <ClinicLines clinic={clinic} />
              </Card>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

function Join({ visit, meeting }: { readonly visit: Appointment; readonly meeting: URL | undefined }) {
  const now = useNow(5);
  if (!isVideoToCome(visit, now))
    return <p>{t('There is nothing to join: this is no video visit, or it is over.')}</p>;
  if (!meeting)
    return (
      <p>
        <Said text="The way to the meeting is not here yet. If it is still not here shortly before the visit, call the clinic." />
      </p>
    );
  if (!mayJoin(visit, now))
    return (
      <p>
        {t('The link is here from {time} on: {minutes} minutes before the visit.', {
          time: formatDateTime(new Date(opensAt(visit)).toISOString()),
          minutes: MINUTES_EARLY,
        })}
      </p>
    );
  return (
    <>
      <p>
        <JoinLink meeting={meeting} about={`${reason(visit)}, ${when(visit)}`} />
      </p>
      <p className="muted">
        {t('It opens {host}, the clinic’s meeting service, in another tab.', { host: meeting.host })}
      </p>
    </>
  );
}
