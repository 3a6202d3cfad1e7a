/** Every value with who measured it; one's own can be corrected or taken back. */
import type { Observation } from '@medplum/fhirtypes';
import { useState } from 'react';
import { formatDate, formatDateTime } from '../../../format/date.ts';
import { flagOf } from '../../../format/flag-of.ts';
import { dateOf, isFromHome } from '../../../format/observation.ts';
import { quantityText } from '../../../format/quantity.ts';
import { valueText } from '../../../format/value.ts';
import { t } from '../../../i18n/text.ts';
import { mayTakeBack, takeBack } from '../../../record/readings/changes.ts';
import { MEALS } from '../../../record/readings/kinds.ts';
import type { Shown } from '../../../record/readings/queries.ts';
import { armOf, kindOfObservation, readingOf } from '../../../record/readings/reading.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { AskedAction } from '../../../ui/asked.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { Each } from '../../../ui/Each.tsx';
import records from '../../../ui/entries.module.css';
import { FlagPill, Pill } from '../../../ui/parts.tsx';
import { AddReading } from './AddReading.tsx';
import styles from './reading-list.module.css';

export function ReadingList({ readings }: { readonly readings: readonly Shown[] }) {
  return (
    <ul className={`${records.list} ${styles.list}`}>
      <Each of={readings}>{(each) => <Item shown={each} />}</Each>
    </ul>
  );
}

function Item({ shown }: { readonly shown: Shown }) {
  const { fhir } = usePortal();
  const { observation } = shown;
  const [isOpen, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  const value = amountOf(observation);
  const isOwn = fhir.offers('Observation', 'update') && mayTakeBack(fhir, observation);
  return (
    <li>
      <strong>{value}</strong>
      <span>
        <FlagPill flag={flagOf(observation)} />
      </span>
      <span className="muted">{detailsOf(shown)}</span>
      <span>
        <Pill kind="plain">{t(isFromHome(observation) ? 'At home' : 'At the clinic')}</Pill>
      </span>
      {isOwn && (
        <button type="button" className="button quiet" onClick={() => setOpen(true)}>
          {t('Change')}
          <span className="visually-hidden">: {`${value}, ${formatDateTime(dateOf(observation))}`}</span>
        </button>
      )}
      {isOpen && (
        <Dialog title={t('Correct or remove this value')} onClose={close}>
          <Correct shown={shown} onDone={close} />
        </Dialog>
      )}
    </li>
  );
}

function Correct({ shown, onDone }: { readonly shown: Shown; readonly onDone: () => void }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const kind = kindOfObservation(shown.observation);
  const remove = useAction({
    act: () => takeBack(fhir, shown),
    onSuccess: async () => {
      await refresh('readings', 'observations', 'same-test');
      onDone();
    },
  });
  return (
    <>
      {kind && <AddReading kind={kind} instead={shown} onDone={onDone} />}
      <AskedAction
        action={remove}
        label={t('Remove this value: it was entered in error')}
        follows={t('It stands in your record no longer, and no chart has it.')}
      />
    </>
  );
}

/** What was before or after a meal is told apart from the value. */
const amountOf = (observation: Observation): string =>
  quantityText(observation.valueQuantity) || valueText(observation);

function detailsOf({ observation, pulse }: Shown): string {
  const at = dateOf(observation);
  const meal = readingOf(observation)?.meal;
  const isDay = at !== undefined && at.length <= 10;
  return [
    isDay ? formatDate(at) : formatDateTime(at),
    pulse && t('pulse {value}', { value: pulse.valueQuantity?.value ?? '' }),
    armOf(observation),
    meal && t(MEALS[meal].words),
    observation.performer?.[0]?.display,
    observation.device?.display,
  ]
    .filter(Boolean)
    .join(' · ');
}
