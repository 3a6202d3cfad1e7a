/** The growth charts of the record that is open: in the portal, and at the desk. */
import { useQuery } from '@tanstack/react-query';
import { t } from '../i18n/text.ts';
import { childOf, growthOf, growthQuery } from '../record/growth/growth.ts';
import { patientQuery } from '../record/patient/use-patient.ts';
import { usePortal } from '../smart/SessionProvider.tsx';
import { EmptyState, Loaded } from '../ui/parts.tsx';
import { Growth } from './Growth.tsx';

const US_UNITS = /lb|in_i|^in$|oz/;

export function GrowthOfRecord() {
  const { fhir } = usePortal();
  const patient = useQuery(patientQuery(fhir));
  const observations = useQuery(growthQuery(fhir));
  return (
    <Loaded query={patient} rows={2}>
      {(found) => {
        const child = childOf(found);
        if (!child)
          return (
            <EmptyState>
              {t('Growth charts are made for girls and for boys, by age; the record does not say both.')}
            </EmptyState>
          );
        return (
          <Loaded query={observations} rows={8}>
            {(list) => (
              <Growth
                child={child}
                growth={growthOf(child, list)}
                first={
                  US_UNITS.test(list[0]?.valueQuantity?.code ?? list[0]?.valueQuantity?.unit ?? '')
                    ? 'us'
                    : 'metric'
                }
              />
            )}
          </Loaded>
        );
      }}
    </Loaded>
  );
}
