/** Whoever talks with the patient has to know that they can't see it; and with their mother, that it is not for her. */
import type { Meta } from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { isConfidential, isSeenByPatient } from '../record/patient/kept-from.ts';
import { Pill } from '../ui/parts.tsx';

export function KeptPill({ of }: { readonly of: { readonly meta?: Meta | undefined } }) {
  if (!isSeenByPatient(of)) return <Pill kind="warn">{t('Not shown to the patient')}</Pill>;
  return isConfidential(of) ? <Pill kind="warn">{t('Confidential, not for proxies')}</Pill> : null;
}
