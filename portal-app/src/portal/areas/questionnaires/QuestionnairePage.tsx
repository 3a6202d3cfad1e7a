/** One questionnaire: asked, checked, sent; with its score in plain words, and help at once for whoever needs it. */
import type { Questionnaire } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useDraft } from '../../../device/drafts.ts';
import { FieldProblem } from '../../../format/field-problem.ts';
import { fill, t } from '../../../i18n/text.ts';
import type { Answers } from '../../../record/questionnaires/answers.ts';
import { problemsOf, startOf } from '../../../record/questionnaires/asked.ts';
import { finishAsked } from '../../../record/questionnaires/asked-for.ts';
import { readQuestionnaire } from '../../../record/questionnaires/read.ts';
import { bandOf, responseOf, scoreOf, wantsHelpNow } from '../../../record/questionnaires/response.ts';
import { createOnce } from '../../../smart/once.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { CRISIS_LINE, EMERGENCY_NUMBER } from '../../../ui/emergency-number.tsx';
import { SendForm } from '../../../ui/form.tsx';
import { Card, Loaded, PageHead } from '../../../ui/parts.tsx';
import { Questions } from '../../../views/Questions.tsx';
import styles from '../../../views/question.module.css';

export function QuestionnairePage() {
  const { fhir } = usePortal();
  const { id = '' } = useParams();
  const query = useQuery({
    queryKey: ['questionnaire', id],
    queryFn: () => readQuestionnaire(fhir, id),
  });
  return (
    <>
      <PageHead title={query.data?.title ?? t('Questionnaire')} />
      <Loaded query={query} rows={6}>
        {(questionnaire) => <Form questionnaire={questionnaire} />}
      </Loaded>
    </>
  );
}

function Form({ questionnaire }: { readonly questionnaire: Questionnaire }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [answers, setAnswers, discard] = useDraft<Answers>(
    `questionnaire ${questionnaire.id}`,
    startOf(questionnaire),
  );
  const [sent, setSent] = useState<Answers>();
  const send = useSend({
    form: `questionnaire ${questionnaire.id}`,
    what: answers,
    send: async (identity) => {
      const problems = problemsOf(questionnaire, answers);
      if (Object.keys(problems).length > 0) throw new FieldProblem(problems);
      await createOnce(fhir, responseOf(fhir, questionnaire, answers), identity);
      await finishAsked(fhir, questionnaire.id ?? '');
    },
    onSuccess: async () => {
      setSent(answers);
      discard();
      await refresh('glance');
    },
  });
  if (sent) return <Done questionnaire={questionnaire} answers={sent} />;
  return (
    <Card>
      {questionnaire.description && <p>{questionnaire.description}</p>}
      <SendForm label={t('Send my answers')} state={send} onSend={() => send.mutate()}>
        <Questions
          questionnaire={questionnaire}
          items={questionnaire.item}
          answers={answers}
          onChange={setAnswers}
        />
        {wantsHelpNow(answers) && <HelpNow />}
      </SendForm>
    </Card>
  );
}

function HelpNow() {
  return (
    <p role="alert" className={styles.help}>
      {fill(
        'You don’t have to be alone with this. Call or text {line} now, at any hour; if you are in danger, call {number}. Nobody reads these answers at once.',
        {
          line: CRISIS_LINE,
          number: EMERGENCY_NUMBER,
        },
      )}
    </p>
  );
}

function Done({
  questionnaire,
  answers,
}: {
  readonly questionnaire: Questionnaire;
  readonly answers: Answers;
}) {
  const score = scoreOf(questionnaire, answers);
  const band = score === undefined ? undefined : bandOf(questionnaire, score);
  return (
    <Card title={t('Thank you')}>
      <p>{t('Your answers are in your record, where your care team sees them.')}</p>
      {score !== undefined && (
        <p>
          {fill(band ? 'Your score is {score}: by the makers’ scale, {band}.' : 'Your score is {score}.', {
            score: <strong key="score">{score}</strong>,
            band: band && t(band),
          })}{' '}
          {t('It is no diagnosis; talk about it with your care team.')}
        </p>
      )}
      {wantsHelpNow(answers) && <HelpNow />}
      <p>
        <Link to="/messages/new">{t('Write to the care team')}</Link>
      </p>
    </Card>
  );
}
