/** What to take when: for the door of the refrigerator. */
import type { MedicationRequest, MedicationStatement } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { medicineName } from '../../../format/words.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { howTaken } from '../../../record/medicines/how-taken.ts';
import { isTaken, ownMedicinesQuery } from '../../../record/medicines/own.ts';
import { isBarred, isCurrent, medicationsQuery } from '../../../record/medicines/queries.ts';
import { scheduleOf, TIMES, type Time } from '../../../record/medicines/schedule.ts';
import { isOnHold, stateWords } from '../../../record/medicines/state.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { BackLink } from '../../../ui/BackLink.tsx';
import styles from '../../../ui/list.module.css';
import { Card, EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';

const WORDS: Readonly<Record<Time, Text>> = {
  morning: 'Morning',
  midday: 'Midday',
  evening: 'Evening',
  bedtime: 'Bedtime',
};

interface Line {
  readonly id: string | undefined;
  readonly name: string;
  readonly how: string;
}

export function SchedulePage() {
  const { fhir } = usePortal();
  const query = useQuery(medicationsQuery(fhir));
  const own = useQuery(ownMedicinesQuery(fhir)).data?.resources.filter(isTaken) ?? [];
  return (
    <>
      <BackLink to="/medications">{t('Medicines')}</BackLink>
      <PageHead title={t('What to take when')} />
      <Loaded query={query}>
        {(resources) => {
          const current = resources.filter(isCurrent);
          const barred = resources.filter(isBarred);
          const { at, otherwise, asNeeded } = scheduleOf(current.filter((each) => !isOnHold(each)));
          if (current.length + barred.length + own.length === 0)
            return <EmptyState>{t('No current prescriptions are on record.')}</EmptyState>;
          return (
            <>
              <p>
                <button type="button" className="button secondary" onClick={() => print()}>
                  {t('Print')}
                </button>
              </p>
              {TIMES.map((time) => (
                <Part key={time} title={t(WORDS[time])} lines={at[time].map(lineOf)} />
              ))}
              <Part title={t('As the prescription says')} lines={otherwise.map(lineOf)} />
              <Part title={t('Only when needed')} lines={asNeeded.map(lineOf)} />
              <Part
                title={t('Not now: on hold')}
                lines={current.filter(isOnHold).map((each) => ({
                  ...lineOf(each),
                  how: stateWords(each) ?? '',
                }))}
              />
              <Part title={t('Not to be taken')} lines={barred.map(lineOf)} />
              <Part title={t('What I take besides')} lines={own.map(lineOf)} />
              <p className="muted">
                {t(
                  'Times stand here only where the prescription sets them. If something looks wrong, ask before you change it.',
                )}
              </p>
            </>
          );
        }}
      </Loaded>
    </>
  );
}

const lineOf = (each: MedicationRequest | MedicationStatement): Line => ({
  id: each.id,
  name: medicineName(each),
  how: howTaken(each),
});

function Part({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }) {
  if (lines.length === 0) return null;
  return (
    <Card title={title}>
      <ul className={styles.list}>
        {lines.map(({ id, name, how }) => (
          <li key={id} className={styles.item}>
            <h3>{name}</h3>
            {how && <p>{how}</p>}
          </li>
        ))}
      </ul>
    </Card>
  );
}
