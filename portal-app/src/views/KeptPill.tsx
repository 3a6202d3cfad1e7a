/** Whoever talks with the patient has to know that they can't see it. */
import type { Resource } from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { isSeenByPatient } from '../record/patient/kept-from.ts';
import { Pill } from '../ui/parts.tsx';

export const KeptPill = ({ of }: { readonly of: Pick<Resource, 'meta'> }) =>
  isSeenByPatient(of) ? null : <Pill kind="warn">{t('Not shown to the patient')}</Pill>;
