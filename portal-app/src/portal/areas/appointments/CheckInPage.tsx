/** Before a visit: what is on record is looked through, what the clinic asks consent to is answered, all of it is signed; and what was signed, to print. */
import type { Appointment, Questionnaire } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'react-router';
import { useDraft } from '../../../device/drafts.ts';
import { allergyName } from '../../../format/allergy.ts';
import { insurerName } from '../../../format/named.ts';
import { isRuledOut } from '../../../format/ruled-out.ts';
import { conceptText, medicineName } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { glanceQuery } from '../../../record/glance/queries.ts';
import { taskPlace } from '../../../record/inbox/news.ts';
import { isTheirsToDo } from '../../../record/inbox/theirs.ts';
import { howTaken } from '../../../record/medicines/how-taken.ts';
import { isTaken } from '../../../record/medicines/own.ts';
import { stateWords } from '../../../record/medicines/state.ts';
import { type Answers, given } from '../../../record/questionnaires/answers.ts';
import { type Summary, summaryQuery } from '../../../record/summary/summary.ts';
import { mayCheckInAhead } from '../../../record/visits/changes.ts';
import {
  type CheckIn,
  CONFIRM_WORDS,
  CONFIRMED,
  type Confirmed,
  checkInOf,
  checkInQuery,
  consentItems,
  formQuery,
  NAME,
  noteOf,
  responseOf,
  sendCheckIn,
} from '../../../record/visits/check-in.ts';
import { appointmentQuery } from '../../../record/visits/queries.ts';
import { visitText } from '../../../record/visits/words.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { SendForm, TextArea, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';
import { Question } from '../../../views/Question.tsx';
import styles from './check-in.module.css';
import { SignedCheckIn } from './SignedCheckIn.tsx';

export function CheckInPage() {
  const { fhir } = usePortal();
  const { id = '' } = useParams();
  const visit = useQuery(appointmentQuery(fhir, id));
  const before = useQuery(checkInQuery(fhir, id, fhir.patient));
  return (
    <>
      <PageHead title={t('Check in for a visit')} />
      <Loaded query={visit}>
        {(known) => (
          <>
            <p>
              <strong>{visitText(known)}</strong>
            </p>
            <Loaded query={before}>
              {(checkIn) =>
                checkIn ? <SignedCheckIn visit={known} checkIn={checkIn} /> : <Begin visit={known} />
              }
            </Loaded>
          </>
        )}
      </Loaded>
    </>
  );
}

function Begin({ visit }: { readonly visit: Appointment }) {
  const { fhir } = usePortal();
  const summary = useQuery(summaryQuery(fhir));
  const form = useQuery(formQuery(fhir));
  const [signed, setSigned] = useState<CheckIn>();
  if (signed) return <SignedCheckIn visit={visit} checkIn={signed} />;
  if (!mayCheckInAhead(visit))
    return (
      <EmptyState>{t('Checking in is possible from three days before a visit until it begins.')}</EmptyState>
    );
  return (
    <Loaded query={summary} rows={6}>
      {(known) => (
        <Loaded query={form}>
          {(asked) => <Form visit={visit} summary={known} form={asked} onSigned={setSigned} />}
        </Loaded>
      )}
    </Loaded>
  );
}

function Form({
  visit,
  summary,
  form,
  onSigned,
}: {
  readonly visit: Appointment;
  readonly summary: Summary;
  readonly form: Questionnaire | null;
  readonly onSigned: (checkIn: CheckIn) => void;
}) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [answers, setAnswers, discard] = useDraft<Answers>(`check-in ${visit.id}`, {});
  const set = (linkId: string) => (value: string) => setAnswers({ ...answers, [linkId]: value });
  const send = useSend({
    form: `check-in ${visit.id}`,
    what: answers,
    send: async () => sendCheckIn(fhir, responseOf(fhir, visit, form, answers)),
    onSuccess: async (stored) => {
      discard();
      onSigned(checkInOf(stored));
      await refresh('check-in');
    },
  });
  const consents = consentItems(form);
  return (
    <SendForm label={t('Sign and check in')} state={send} onSend={() => send.mutate()}>
      {CONFIRMED.map((part) => (
        <Card key={part} title={t(TITLES[part])}>
          {ON_RECORD[part](summary)}
          <Question
            item={{ linkId: part, type: 'boolean', text: t(CONFIRM_WORDS[part]), required: true }}
            value={given(answers, part)}
            onChange={set(part)}
          />
          {given(answers, part) === 'no' && (
            <>
              <TextArea
                id={noteOf(part)}
                label={t('What is different?')}
                rows={3}
                value={given(answers, noteOf(part))}
                onChange={set(noteOf(part))}
                required
              />
              <ChangeThere part={part} />
            </>
          )}
        </Card>
      ))}
      <OpenQuestionnaires />
      {consents.length > 0 && (
        <Card title={t('What you agree to')}>
          {consents.map((item) => (
            <Question
              key={item.linkId}
              item={{ ...item, required: true }}
              value={given(answers, item.linkId)}
              onChange={set(item.linkId)}
            />
          ))}
        </Card>
      )}
      <TextField
        id={NAME}
        label={t('Your full name, as your signature')}
        hint={t('With it you sign what you have answered on this page.')}
        value={given(answers, NAME)}
        onChange={set(NAME)}
        required
      />
    </SendForm>
  );
}

const TITLES = {
  contact: 'Contact details',
  insurance: 'Insurance',
  medicines: 'Medicines',
  allergies: 'Allergies',
} as const;

/** A part that could not be read is not confirmed unseen: the person says so. */
function lines(texts: readonly string[] | undefined): ReactNode {
  if (texts === undefined) return <p>{t('This part could not be read.')}</p>;
  if (texts.length === 0) return <p>{t('Not on record')}</p>;
  return (
    <ul className={styles.lines}>
      {texts.map((each) => (
        <li key={each}>{each}</li>
      ))}
    </ul>
  );
}

const ON_RECORD: Readonly<Record<Confirmed, (summary: Summary) => ReactNode>> = {
  contact: ({ patient: { telecom = [], address = [] } }) =>
    lines([
      ...telecom.filter(({ use }) => use !== 'old').flatMap(({ value }) => value ?? []),
      ...address.map(
        ({ text, line = [], city, state, postalCode }) =>
          text ?? [...line, city, state, postalCode].filter(Boolean).join(', '),
      ),
    ]),
  insurance: ({ coverages }) =>
    lines(coverages?.map((each) => [insurerName(each), each.subscriberId].filter(Boolean).join(' · '))),
  medicines: ({ prescriptions, ownMedicines }) =>
    lines(
      prescriptions &&
        ownMedicines && [
          ...prescriptions.map((each) =>
            [medicineName(each), stateWords(each), howTaken(each)].filter(Boolean).join(' · '),
          ),
          ...ownMedicines.filter(isTaken).map((each) => medicineName(each)),
        ],
    ),
  allergies: ({ allergies }) =>
    lines(allergies?.filter((each) => !isRuledOut(each)).map((each) => allergyName(each, conceptText))),
};

/** Where it can be changed by oneself; what was answered here is kept meanwhile. */
function ChangeThere({ part }: { readonly part: Confirmed }) {
  if (part === 'allergies') return null;
  return (
    <p>
      {part === 'medicines' ? (
        <Link to="/medications">{t('Change my list of medicines')}</Link>
      ) : (
        <Link to="/profile">
          {t(
            part === 'insurance'
              ? 'Hand in insurance, with pictures of the card'
              : 'Change my contact details',
          )}
        </Link>
      )}
    </p>
  );
}

function OpenQuestionnaires() {
  const { fhir } = usePortal();
  const { data } = useQuery(glanceQuery(fhir));
  const open = (data?.tasks ?? []).flatMap((task) => {
    const place = taskPlace(task);
    return isTheirsToDo(task, fhir.self) && place?.startsWith('/questionnaires/') ? [{ task, place }] : [];
  });
  if (open.length === 0) return null;
  return (
    <Card title={t('Questionnaires')}>
      <ul>
        {open.map(({ task, place }) => (
          <li key={task.id}>
            <Link to={place}>{task.focus?.display ?? task.description ?? t('Questionnaire')}</Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
