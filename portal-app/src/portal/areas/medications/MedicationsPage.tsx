/** Medicines now and before, in plain words. */
import type { MedicationDispense, MedicationRequest, Period } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { referenceName, referenceNames } from '../../../format/named.ts';
import { conceptText, medicineName } from '../../../format/words.ts';
import { plural, t } from '../../../i18n/text.ts';
import { howTaken } from '../../../record/medicines/how-taken.ts';
import { dispensesQuery, isBarred, isCurrent, medicationsQuery } from '../../../record/medicines/queries.ts';
import { refillsQuery } from '../../../record/medicines/refills.ts';
import { isBefore, isOnHold, isOver, stateWords } from '../../../record/medicines/state.ts';
import { runsOutSoon, type Supply, supplyOf } from '../../../record/medicines/supply.ts';
import { useAllNamed } from '../../../record/use-named.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import styles from '../../../ui/list.module.css';
import { Card, EmptyState, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
import { together } from '../../../ui/together.ts';
import { Explained } from '../../../views/Explained.tsx';
import { OwnMedicines } from './OwnMedicines.tsx';
import { Refill } from './Refill.tsx';

/** So many earlier ones are drawn at first. */
const FEW = 10;

export function MedicationsPage() {
  const { fhir } = usePortal();
  const query = useQuery(medicationsQuery(fhir));
  const [most, setMost] = useState(FEW);
  const dispensed = useQuery(dispensesQuery(fhir));
  const dispenses = dispensed.data?.resources ?? [];
  const refills = useQuery(refillsQuery(fhir));
  return (
    <>
      <PageHead title={t('Medicines')} />
      <p>
        <Link className="button secondary" to="/medications/schedule">
          {t('What to take when')}
        </Link>
      </p>
      <Loaded query={together(query, dispensed, refills)}>
        {(resources) => {
          const current = resources.filter(isCurrent);
          const taken = current.filter((each) => !isOnHold(each));
          const held = current.filter(isOnHold);
          const barred = resources.filter(isBarred);
          const past = resources.filter((each) => !isCurrent(each) && !isBarred(each));
          return (
            <>
              <Card title={t('Taking now')}>
                {taken.length === 0 ? (
                  <EmptyState>{t('No current prescriptions are on record.')}</EmptyState>
                ) : (
                  <List requests={taken} all={current} dispenses={dispenses} />
                )}
              </Card>
              {held.length > 0 && (
                <Card title={t('Not now: on hold')}>
                  <List requests={held} all={current} dispenses={dispenses} />
                </Card>
              )}
              {barred.length > 0 && (
                <Card title={t('Not to be taken')}>
                  <List requests={barred} all={current} dispenses={dispenses} />
                </Card>
              )}
              {fhir.offers('MedicationStatement') && <OwnMedicines />}
              <Card title={t('Before')}>
                {past.length === 0 ? (
                  <EmptyState>{t('No earlier prescriptions are on record.')}</EmptyState>
                ) : (
                  <>
                    <List requests={past.slice(0, most)} all={current} dispenses={dispenses} />
                    {past.length > most && (
                      <button type="button" className="button quiet" onClick={() => setMost(past.length)}>
                        {t('Show all {count}', { count: past.length })}
                      </button>
                    )}
                  </>
                )}
              </Card>
            </>
          );
        }}
      </Loaded>
    </>
  );
}

interface ListProps {
  readonly requests: readonly MedicationRequest[];
  /** Whatever else a refill could be asked for. */
  readonly all: readonly MedicationRequest[];
  readonly dispenses: readonly MedicationDispense[];
}

function List({ requests, all, dispenses }: ListProps) {
  const named = useAllNamed(requests);
  return (
    <ul className={styles.list}>
      <Each of={requests}>
        {(request) => {
          const isActive = request.status === 'active' && isCurrent(request);
          const how = howTaken(request);
          return (
            <li key={request.id} className={styles.item}>
              <h3>{medicineName(request)}</h3>
              {how && <p>{how}</p>}
              <p className="muted">
                {prescribedWords(named(request))} <State of={request} />
              </p>
              {request.doNotPerform && request.note?.map(({ text }) => <p key={text}>{text}</p>)}
              {isActive && <SupplyLine request={request} supply={supplyOf(request, dispenses)} />}
              <p>
                <Explained concept={request.medicationCodeableConcept} name={medicineName(request)} />
              </p>
              {isActive && <Refill request={request} all={all} dispenses={dispenses} />}
            </li>
          );
        }}
      </Each>
    </ul>
  );
}

function prescribedWords(request: MedicationRequest): string {
  const { authoredOn, requester, reasonCode = [], reasonReference, doNotPerform } = request;
  const date = formatDate(authoredOn);
  const by = referenceName(requester, request);
  const words = by ? t('Prescribed {date} by {name}', { date, name: by }) : t('Prescribed {date}', { date });
  const why = reasonCode.map(conceptText).join(', ') || referenceNames(reasonReference, request);
  // What somebody was told not to take was not prescribed.
  if (doNotPerform) return [authoredOn && date, by, why].filter(Boolean).join(' · ');
  // Without its day there is nothing that it was prescribed on.
  const told = authoredOn === undefined ? by : words;
  return [told, why && t('for {reason}', { reason: why })].filter(Boolean).join(' · ');
}

function State({ of }: { readonly of: MedicationRequest }) {
  const words = stateWords(of);
  return words && <Pill kind={isOnHold(of) || isBarred(of) ? 'warn' : 'plain'}>{words}</Pill>;
}

/** Handed over is only what the prescription still, or already, holds for. */
function heldWords({ start, end }: Period, { runsOut }: Supply): string | undefined {
  if (isBefore(start)) return t('can be fetched from {date} on', { date: formatDate(start) });
  // What a pharmacy handed over since shows that it holds.
  return isOver(end) && runsOut === undefined
    ? t('could be fetched until {date}', { date: formatDate(end) })
    : undefined;
}

function SupplyLine({
  request: { dispenseRequest },
  supply,
}: {
  readonly request: MedicationRequest;
  readonly supply: Supply;
}) {
  const { left, runsOut, pharmacy } = supply;
  const isGone = runsOut !== undefined && Date.parse(runsOut) < Date.now();
  return (
    <p className="muted">
      {[
        left === undefined
          ? t('Refills left: not on record')
          : left === 0
            ? t('No refills left')
            : plural(left, '1 refill left', '{count} refills left'),
        heldWords(dispenseRequest?.validityPeriod ?? {}, supply),
        runsOut !== undefined && !isGone && t('runs out about {date}', { date: formatDate(runsOut) }),
        pharmacy?.name,
      ]
        .filter(Boolean)
        .join(' · ')}{' '}
      {isGone && <Pill kind="warn">{t('Has probably run out')}</Pill>}
      {!isGone && runsOutSoon(supply) && <Pill kind="warn">{t('Runs out soon')}</Pill>}
    </p>
  );
}
