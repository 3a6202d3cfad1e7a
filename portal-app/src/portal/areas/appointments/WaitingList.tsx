/** The waiting list: a time that is offered, taken or declined by one press; and the wish for an earlier time, beside the visit that they have. */
import type { Appointment } from '@medplum/fhirtypes';
import { useState } from 'react';
import { place, reason, withWhom } from '../../../format/appointment.ts';
import { formatDateTime } from '../../../format/date.ts';
import { failureWords } from '../../../format/explained.ts';
import { t } from '../../../i18n/text.ts';
import { useNamed } from '../../../record/use-named.ts';
import { keptUntil } from '../../../record/visits/offer.ts';
import {
  declineOffer,
  leaveList,
  mayWaitForEarlier,
  type OverOffer,
  takeOffer,
  waitForEarlier,
  wishFor,
} from '../../../record/visits/waiting-list.ts';
import { when } from '../../../record/visits/words.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { AskedAction } from '../../../ui/asked.tsx';
import { Button } from '../../../ui/Button.tsx';
import { sayDone } from '../../../ui/done.tsx';
import { SendForm } from '../../../ui/form.tsx';
import styles from '../../../ui/list.module.css';
import { Card } from '../../../ui/parts.tsx';

export function Offer({
  offer,
  instead,
}: {
  readonly offer: Appointment;
  /** The visit that is given up for it. */
  readonly instead: Appointment | undefined;
}) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const onSettled = () => refresh('appointments', 'glance', 'inbox');
  const named = useNamed(offer);
  const take = useAction({
    act: () => takeOffer(fhir, offer),
    onSuccess: () => sayDone(t('Booked: {when}.', { when: formatDateTime(offer.start) }), '/appointments'),
    onSettled,
  });
  const decline = useAction({ act: () => declineOffer(fhir, offer), onSettled });
  return (
    <Card title={t('A time is kept for you')}>
      <p>
        <strong>{formatDateTime(offer.start)}</strong>
        {` · ${[reason, withWhom, place]
          .map((say) => say(named))
          .filter(Boolean)
          .join(' · ')}`}
      </p>
      <p>
        {t('It is kept until {time}; then the next on the waiting list is asked.', {
          time: formatDateTime(keptUntil(offer)),
        })}
      </p>
      {instead && <p>{t('If you take it, your visit of {when} is given up.', { when: when(instead) })}</p>}
      <div className={styles.actions}>
        <Button className="button" isOff={take.isPending} onClick={() => take.mutate()}>
          {t('Take this time')}
        </Button>
        <AskedAction
          action={decline}
          label={t('No, wait for another')}
          follows={t(
            'The next on the waiting list is asked for this time: you can’t have it back. You stay on the list.',
          )}
        />
      </div>
      {take.error && <p role="alert">{failureWords(take.error)}</p>}
    </Card>
  );
}

/** They come by a notice that a time is kept for them: that it is so no more is said where they would have answered. */
export function Over({ offer: { start, how } }: { readonly offer: OverOffer }) {
  const when = formatDateTime(start);
  return (
    <Card title={t('A time was kept for you')}>
      <p role="status">
        {how === 'ran-out'
          ? t('{when} was not answered in time, and is not kept for you any more.', { when })
          : t('{when} can’t be had any more: the clinic has changed something there.', { when })}
      </p>
      <p>{t('You stay on the waiting list, and are told when another time is free.')}</p>
    </Card>
  );
}

export function EarlierTime({
  visit,
  all,
}: {
  readonly visit: Appointment;
  readonly all: readonly Appointment[];
}) {
  const { fhir } = usePortal();
  const [isAsking, setAsking] = useState(false);
  const wish = wishFor(visit, all);
  if (!mayWaitForEarlier(visit) || !fhir.offers('Appointment', 'create')) return null;
  if (wish) return wish.status === 'waitlist' ? <Waiting wish={wish} visit={visit} /> : null;
  if (isAsking) return <AskForm visit={visit} onDone={() => setAsking(false)} />;
  return (
    <p>
      <button type="button" className="button quiet" onClick={() => setAsking(true)}>
        {t('Tell me when an earlier time is free')}
        <span className="visually-hidden">: {`${reason(visit)}, ${when(visit)}`}</span>
      </button>
    </p>
  );
}

function AskForm({ visit, onDone }: { readonly visit: Appointment; readonly onDone: () => void }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [anybody, setAnybody] = useState(false);
  const ask = useAction({
    act: () => waitForEarlier(fhir, visit, anybody),
    onSuccess: onDone,
    onSettled: () => refresh('appointments'),
  });
  return (
    <SendForm
      label={t('Put me on the waiting list')}
      state={ask}
      onSend={() => ask.mutate()}
      onCancel={onDone}
    >
      <p>
        {t(
          'When an earlier time is free it is kept for you for a while, and you are told. Your present time stays yours until you take it.',
        )}
      </p>
      <label>
        <input type="checkbox" checked={anybody} onChange={({ target }) => setAnybody(target.checked)} />{' '}
        {t('With anybody who is free')}
      </label>
    </SendForm>
  );
}

function Waiting({ wish, visit }: { readonly wish: Appointment; readonly visit: Appointment }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const leave = useAction({ act: () => leaveList(fhir, wish), onSettled: () => refresh('appointments') });
  return (
    <>
      <p>{t('You are on the waiting list for an earlier time.')}</p>
      <AskedAction
        action={leave}
        label={t('Leave the waiting list')}
        about={`${reason(visit)}, ${when(visit)}`}
        follows={t('Your place on it is given up: whoever asks again comes last. Your visit stays as it is.')}
      />
    </>
  );
}
