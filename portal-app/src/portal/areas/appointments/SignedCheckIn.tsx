/** What was signed before a visit: as it was read, to print, and as a PDF to keep. */
import type { Appointment } from '@medplum/fhirtypes';
import { Link } from 'react-router';
import { formatDateTime } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import type { CheckIn } from '../../../record/visits/check-in.ts';
import { visitText } from '../../../record/visits/words.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { Card } from '../../../ui/parts.tsx';
import { SavePdf } from '../../../ui/SavePdf.tsx';

export function SignedCheckIn({
  visit,
  checkIn: { at, signedBy, lines },
}: {
  readonly visit: Appointment;
  readonly checkIn: CheckIn;
}) {
  const { config } = usePortal();
  const signed = t('Signed by {name} on {when}, for {clinic}.', {
    name: signedBy,
    when: formatDateTime(at),
    clinic: config.clinicName,
  });
  return (
    <Card title={t('You are checked in')}>
      <p>{t('This is what you signed. The clinic has it; tell it by a message when something changes.')}</p>
      <Facts facts={lines} />
      <p>{signed}</p>
      <p>
        <SavePdf
          file="check-in.pdf"
          title={t('Check in for a visit')}
          blocks={[
            { text: visitText(visit), isBold: true },
            ...lines.flatMap(([text, answer]) => [{ text, isBold: true }, { text: answer }]),
            { text: signed },
          ]}
        />{' '}
        <button type="button" className="button secondary" onClick={() => print()}>
          {t('Print')}
        </button>{' '}
        <Link to="/appointments">{t('All visits')}</Link>
      </p>
    </Card>
  );
}
