/** Prescriptions: those that run out, and how many others there are. */
import type { MedicationDispense, MedicationRequest, Task } from '@medplum/fhirtypes';
import { Suspense } from 'react';
import { Link } from 'react-router';
import { formatDistance } from '../../../format/date.ts';
import { dosageInWords } from '../../../format/dosage-in-words.ts';
import { medicineName } from '../../../format/words.ts';
import { loadPageTexts } from '../../../i18n/language.ts';
import { t } from '../../../i18n/text.ts';
import { refillOf, refillWords } from '../../../record/medicines/refills.ts';
import { runsOutSoon, type Supply, supplyOf } from '../../../record/medicines/supply.ts';
import { later } from '../../../ui/later.tsx';
import { EmptyState, Pill } from '../../../ui/parts.tsx';
import styles from './home.module.css';

const HowTaken = later(async () => {
  const [part] = await Promise.all([import('../../../views/HowTaken.tsx'), loadPageTexts()]);
  return part.HowTaken;
});

/** So many stand on the first page, and whatever runs out. */
const FEW = 2;

/** What runs out first stands first. */
function byUrgency(
  requests: readonly MedicationRequest[],
  dispenses: readonly MedicationDispense[],
): (readonly [MedicationRequest, Supply])[] {
  return requests
    .map((request) => [request, supplyOf(request, dispenses)] as const)
    .toSorted(([, a], [, b]) => (a.runsOut ?? '9999').localeCompare(b.runsOut ?? '9999'));
}

export function Medicines({
  requests,
  dispenses,
  tasks,
}: {
  readonly requests: readonly MedicationRequest[];
  readonly dispenses: readonly MedicationDispense[];
  readonly tasks: readonly Task[];
}) {
  if (requests.length === 0) return <EmptyState>{t('No current prescriptions are on record.')}</EmptyState>;
  const all = byUrgency(requests, dispenses);
  const running = all.filter(([, supply]) => runsOutSoon(supply)).length;
  const shown = all.slice(0, Math.max(FEW, running));
  return (
    <>
      <ul className={styles.medicines}>
        {shown.map(([request, supply]) => (
          <li key={request.id}>
            <strong>{medicineName(request)}</strong>
            <span className="muted">
              {dosageInWords(request.dosageInstruction) ?? (
                <Suspense>
                  <HowTaken dosage={request.dosageInstruction} />
                </Suspense>
              )}
            </span>
            {runsOutSoon(supply) && <RunsOut request={request} supply={supply} tasks={tasks} />}
          </li>
        ))}
      </ul>
      {all.length > shown.length && (
        <p className="muted">{t('and {count} more', { count: all.length - shown.length })}</p>
      )}
    </>
  );
}

/** Asked for already, or one click from it. */
function RunsOut({
  request,
  supply,
  tasks,
}: {
  readonly request: MedicationRequest;
  readonly supply: Supply;
  readonly tasks: readonly Task[];
}) {
  const refill = refillOf(tasks, request);
  return (
    <>
      <Pill kind="warn">{t('Runs out {when}', { when: formatDistance(supply.runsOut ?? '') })}</Pill>
      {refill ? (
        <Pill kind="info">{refillWords(refill)}</Pill>
      ) : (
        <Link to="/medications">
          {t('Ask for a refill')}
          <span className="visually-hidden">: {medicineName(request)}</span>
        </Link>
      )}
    </>
  );
}
