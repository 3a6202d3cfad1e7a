/** Asking for a visit: why, with whom, when it would suit, in person or not. The clinic answers with a time. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { useDraft } from '../../../device/drafts.ts';
import { offerPush } from '../../../device/push.ts';
import { dayLater, today } from '../../../format/clinic-clock.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { type Recipient, recipientsQuery } from '../../../record/messages/send.ts';
import { askForVisit, type VisitRequest } from '../../../record/visits/changes.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { Said } from '../../../ui/clinic.tsx';
import { sayDone } from '../../../ui/done.tsx';
import { EMERGENCY_NUMBER } from '../../../ui/emergency-number.tsx';
import { Select, SendForm, TextField } from '../../../ui/form.tsx';
import { Card, Loaded, PageHead } from '../../../ui/parts.tsx';

export function NewVisitPage() {
  const { fhir } = usePortal();
  const query = useQuery(recipientsQuery(fhir));
  return (
    <>
      <PageHead title={t('Ask for a visit')} />
      <p className="muted">
        <Said
          text="If it can’t wait, call the clinic; in an emergency {number}."
          values={{ number: EMERGENCY_NUMBER }}
        />
      </p>
      <Loaded query={query}>
        {(people) => (
          <Card>
            <Ask people={people} />
          </Card>
        )}
      </Loaded>
    </>
  );
}

const HOW: readonly (readonly [VisitRequest['how'], Text])[] = [
  ['in person', 'In person'],
  ['by video', 'By video'],
  ['by phone', 'By phone'],
];

const DAY: readonly (readonly [VisitRequest['day'], Text])[] = [
  ['any', 'Any time'],
  ['in the morning', 'In the morning'],
  ['in the afternoon', 'In the afternoon'],
];

/** Of the clinic, whose visits they are. */
const inDays = (days: number): string => dayLater(today(), days);

function Ask({ people }: { readonly people: readonly Recipient[] }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const navigate = useNavigate();
  const [request, setRequest, discard] = useDraft('ask for a visit', {
    why: '',
    who: '',
    from: inDays(1),
    until: inDays(14),
    day: 'any' as VisitRequest['day'],
    how: 'in person' as VisitRequest['how'],
  });
  const { why, who, from, until, day, how } = request;
  const ask = useSend({
    form: 'ask for a visit',
    what: request,
    send: (identity) => {
      requireRight('until', until < today() && 'The last day is over already.');
      requireRight('until', until < from && 'The last day that suits you is before the first.');
      const asked = { ...request, who: people.find(({ reference }) => reference === who) };
      return askForVisit(fhir, asked, identity);
    },
    onSuccess: async () => {
      discard();
      offerPush();
      sayDone(t('Your request is at the clinic. It answers with a time.'), '/appointments');
      await refresh('appointments');
      // The way back leads past the form, not to it.
      await navigate('/appointments', { replace: true });
    },
  });
  return (
    <SendForm
      label={t('Ask for the visit')}
      state={ask}
      onSend={() => ask.mutate()}
      onCancel={() => {
        discard();
        void navigate('/appointments');
      }}
    >
      <TextField
        id="why"
        label={t('What is it about?')}
        value={why}
        onChange={(next) => setRequest({ ...request, why: next })}
        required
      />
      <Select
        id="who"
        label={t('With whom?')}
        value={who}
        onChange={(next) => setRequest({ ...request, who: next })}
        options={[
          ['', t('Whoever is free')] as const,
          ...people.map(({ reference, name }) => [reference, name] as const),
        ]}
      />
      <TextField
        id="from"
        type="date"
        label={t('From')}
        value={from}
        onChange={(next) => setRequest({ ...request, from: next })}
        required
      />
      <TextField
        id="until"
        type="date"
        label={t('Until')}
        value={until}
        onChange={(next) => setRequest({ ...request, until: next })}
        required
      />
      <Select
        id="day"
        label={t('What time of day suits you?')}
        value={day}
        onChange={(next) => setRequest({ ...request, day: next as VisitRequest['day'] })}
        options={DAY.map(([each, words]) => [each, t(words)] as const)}
      />
      <Select
        id="how"
        label={t('How?')}
        value={how}
        onChange={(next) => setRequest({ ...request, how: next as VisitRequest['how'] })}
        options={HOW.map(([each, words]) => [each, t(words)] as const)}
      />
    </SendForm>
  );
}
