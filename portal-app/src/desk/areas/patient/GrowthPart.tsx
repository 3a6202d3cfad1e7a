/** Growth charts of a patient under twenty, with percentiles and z-scores; fetched when they are opened. */

import { Suspense } from 'react';
import { t } from '../../../i18n/text.ts';
import { later } from '../../../ui/later.tsx';
import { Card, Skeleton } from '../../../ui/parts.tsx';

const GrowthOfRecord = later(async () => (await import('../../../views/GrowthOfRecord.tsx')).GrowthOfRecord);

export function GrowthPart() {
  return (
    <Card title={t('Growth charts')}>
      <Suspense fallback={<Skeleton rows={8} />}>
        <GrowthOfRecord />
      </Suspense>
    </Card>
  );
}
