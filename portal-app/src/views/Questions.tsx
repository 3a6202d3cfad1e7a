/** The questions of one place of a questionnaire, with what stands in groups and below answers. */
import type { Questionnaire, QuestionnaireItem } from '@medplum/fhirtypes';
import { type Answers, answersOf, given } from '../record/questionnaires/answers.ts';
import { shownItems } from '../record/questionnaires/asked.ts';
import { itemText } from '../record/questionnaires/item-text.ts';
import { Question } from './Question.tsx';
import styles from './question.module.css';

interface QuestionsProps {
  readonly questionnaire: Questionnaire;
  readonly items: readonly QuestionnaireItem[] | undefined;
  readonly answers: Answers;
  readonly onChange: (answers: Answers) => void;
}

export function Questions({ questionnaire, items, answers, onChange }: QuestionsProps) {
  const below = (item: QuestionnaireItem) => (
    <Questions questionnaire={questionnaire} items={item.item} answers={answers} onChange={onChange} />
  );
  return shownItems(questionnaire, items, answers).map((item) => {
    const { linkId, type, text } = item;
    if (type === 'display')
      return text === questionnaire.description ? null : <p key={linkId}>{itemText(item)}</p>;
    if (type === 'group')
      return (
        <section key={linkId} className={styles.group} {...(text ? { 'aria-label': itemText(item) } : {})}>
          {text && <h2>{itemText(item)}</h2>}
          {below(item)}
        </section>
      );
    const value = given(answers, linkId);
    return (
      <div key={linkId}>
        <Question item={item} value={value} onChange={(next) => onChange({ ...answers, [linkId]: next })} />
        {item.item && answersOf(item, value).length > 0 && <div className={styles.group}>{below(item)}</div>}
      </div>
    );
  });
}
