/** That a record is open by an emergency, why, and for how long; when the time is over, the page asks again whether it is still open. */
import type { Consent } from '@medplum/fhirtypes';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { formatClock } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { lastsUntil } from '../../../record/patient/banner.ts';
import { useNow } from '../../../ui/use-now.ts';
import styles from './patient.module.css';

const MINUTE_MS = 60_000;

export function EmergencyNotice({ consent }: { readonly consent: Consent }) {
  const until = lastsUntil(consent);
  const left = useMinutesLeft(until);
  return (
    <p className={styles.emergency} role="status">
      <strong>
        {t('You opened this record in an emergency, until {time} ({count} min left).', {
          time: formatClock(until),
          count: left,
        })}
      </strong>{' '}
      {t('Why: {reason}', { reason: consent.policyRule?.text ?? '' })}
    </p>
  );
}

/** What was read by it is forgotten at its end. */
function useMinutesLeft(until: number): number {
  const queries = useQueryClient();
  const now = useNow(15);
  useEffect(() => {
    const end = setTimeout(() => void queries.resetQueries(), Math.max(0, until - Date.now()) + 1000);
    return () => clearTimeout(end);
  }, [until, queries]);
  return Math.max(0, Math.ceil((until - now) / MINUTE_MS));
}
