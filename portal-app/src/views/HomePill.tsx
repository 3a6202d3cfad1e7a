/** Who measured a value, where that was not the clinic: never shown as if it were the clinic's own. */
import type { Observation } from '@medplum/fhirtypes';
import { isFromHome } from '../format/observation.ts';
import { t } from '../i18n/text.ts';
import { Pill } from '../ui/parts.tsx';

export function HomePill({ of }: { readonly of: Pick<Observation, 'performer'> }) {
  if (!isFromHome(of)) return null;
  return <Pill kind="plain">{t('At home')}</Pill>;
}
