/** Visits that come, that are asked for, and that were; each that is still to be can be cancelled, or given another time. */
import type { Appointment } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { useDraft } from '../../../device/drafts.ts';
import { isUpcoming, place, reason, withWhom } from '../../../format/appointment.ts';
import { t } from '../../../i18n/text.ts';
import { useAllNamed } from '../../../record/use-named.ts';
import { giveBack } from '../../../record/visits/booking.ts';
import { cancelVisit, mayCancel } from '../../../record/visits/changes.ts';
import { appointmentsQuery } from '../../../record/visits/queries.ts';
import { statusWords } from '../../../record/visits/status.ts';
import { whyCancelled } from '../../../record/visits/why-cancelled.ts';
import { when } from '../../../record/visits/words.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { Each } from '../../../ui/Each.tsx';
import { SendForm, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import own from './patient.module.css';

export function VisitsPart() {
  const { fhir } = usePortal();
  const query = useQuery(appointmentsQuery(fhir));
  return (
    <Loaded query={query} rows={5}>
      {({ resources }) => {
        const open = resources.filter((each) => isUpcoming(each) || isAsked(each));
        return (
          <>
            <Card
              title={t('To come')}
              action={
                <Link className="button" to={`/schedule?patient=${fhir.patient}`}>
                  {t('Book a visit')}
                </Link>
              }
            >
              <Visits visits={open.toReversed()} />
            </Card>
            <Card title={t('Past')}>
              <Visits visits={resources.filter((each) => !open.includes(each))} />
            </Card>
          </>
        );
      }}
    </Loaded>
  );
}

/** Asked for, and no time given yet. */
const isAsked = ({ status, start }: Appointment): boolean =>
  start === undefined && ['proposed', 'pending', 'waitlist'].includes(status);

function Visits({ visits }: { readonly visits: readonly Appointment[] }) {
  const named = useAllNamed(visits);
  if (visits.length === 0) return <EmptyState>{t('None on record.')}</EmptyState>;
  return (
    <ul>
      <Each of={visits}>{(visit) => <Visit visit={visit} named={named(visit)} />}</Each>
    </ul>
  );
}

function Visit({ visit, named }: { readonly visit: Appointment; readonly named: Appointment }) {
  const [isCancelling, setCancelling] = useState(false);
  const about = `${reason(visit)}, ${when(visit)}`;
  return (
    <li key={visit.id} className={own.listed}>
      <div className={own.entry}>
        <div className={own.entryHead}>
          <strong>{when(visit)}</strong>
          <span>{reason(visit)}</span>
          <Pill kind={visit.status === 'booked' ? 'info' : 'plain'}>{statusWords(visit.status)}</Pill>
          <KeptPill of={visit} />
        </div>
        <span className="muted">
          {[withWhom(named), place(named), visit.comment].filter(Boolean).join(' · ')}
        </span>
        {whyCancelled(visit) && <span>{whyCancelled(visit)}</span>}
        {isCancelling && <CancelForm visit={visit} onDone={() => setCancelling(false)} />}
      </div>
      {mayCancel(visit) && !isCancelling && (
        <button type="button" className="button quiet" onClick={() => setCancelling(true)}>
          {t('Cancel')}
          <span className="visually-hidden">: {about}</span>
        </button>
      )}
    </li>
  );
}

function CancelForm({ visit, onDone }: { readonly visit: Appointment; readonly onDone: () => void }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [why, setWhy, discard] = useDraft(`cancel ${visit.id}`, '');
  // Another time that it is given meanwhile was not looked at.
  const [opened] = useState(visit);
  const cancel = useAction({
    act: () => (opened.slot ? giveBack : cancelVisit)(fhir, opened, why),
    onSuccess: discard,
    onSettled: () => refresh('appointments', 'schedule'),
  });
  return (
    <SendForm
      label={t('Cancel this visit')}
      state={cancel}
      onSend={() => cancel.mutate()}
      onCancel={onDone}
      cancelLabel={t('Keep it')}
    >
      <TextField id={`why-${visit.id}`} label={t('Why')} required value={why} onChange={setWhy} />
    </SendForm>
  );
}
