/** When messages are answered; and, outside of those hours, that nobody reads them just now. */
import { useQuery } from '@tanstack/react-query';
import { useClinic } from '../../../device/clinic.ts';
import { t } from '../../../i18n/text.ts';
import { openOf, organizationOf } from '../../../record/clinic/contact.ts';
import { isAnswering, messageHoursQuery } from '../../../record/clinic/message-hours.ts';
import { glanceQuery } from '../../../record/glance/queries.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Said } from '../../../ui/clinic.tsx';
import { useNow } from '../../../ui/use-now.ts';

/** What a page holds back while this is loading: whoever presses where a button was would press what moved there. */
export function useMessageHours() {
  const { fhir } = usePortal();
  const glance = useQuery(glanceQuery(fhir));
  const organization = organizationOf(glance.data?.patient);
  const { data: service, isLoading } = useQuery({
    ...messageHoursQuery(fhir, organization ?? ''),
    enabled: organization !== undefined && fhir.offers('HealthcareService'),
  });
  return { service, isLoading: isLoading || glance.isLoading };
}

export function MessageHours({ of: { service } }: { readonly of: ReturnType<typeof useMessageHours> }) {
  const zone = useClinic()?.timeZone;
  const now = useNow(30);
  if (!service) return null;
  const hours = openOf(service)?.join(', ');
  if (isAnswering(service, zone, now))
    return hours ? <p>{t('Messages are read {hours}, the clinic’s time.', { hours })}</p> : null;
  return (
    <p role="note">
      <strong>{t('Nobody reads messages just now.')}</strong>{' '}
      {hours && t('Messages are read {hours}, the clinic’s time.', { hours })}{' '}
      <Said text="What you write waits until then. If it can’t, call the clinic." />
    </p>
  );
}
