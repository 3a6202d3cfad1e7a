/** Whether the patient has checked in ahead of a visit, and what somebody must look at. */
import { useQuery } from '@tanstack/react-query';
import { formatDateTime } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { checkInQuery } from '../../../record/visits/check-in.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { Pill } from '../../../ui/parts.tsx';

export function CheckedIn({ visit, patient }: { readonly visit: string; readonly patient: string }) {
  const { fhir } = useSignedIn();
  const { data } = useQuery(checkInQuery(fhir, visit, patient));
  if (!data) return null;
  return (
    <details>
      <summary>
        {t('Checked in ahead on {when}, signed by {name}', {
          when: formatDateTime(data.at),
          name: data.signedBy,
        })}{' '}
        {data.wantsLook && <Pill kind="warn">{t('Something is different')}</Pill>}
      </summary>
      <Facts facts={data.lines} />
    </details>
  );
}
