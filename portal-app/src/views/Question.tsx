/** One question of a questionnaire: a choice, yes or no, or words. */
import type { QuestionnaireItem } from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { optionText } from '../record/questionnaires/response.ts';
import { FieldProblemText, TextArea } from '../ui/form.tsx';
import { useField } from '../ui/form-problems.tsx';
import styles from './question.module.css';

interface QuestionProps {
  readonly item: QuestionnaireItem;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function Question({ item, value, onChange }: QuestionProps) {
  const { tied } = useField(item.linkId, false);
  const options =
    item.type === 'boolean'
      ? ([
          ['yes', t('Yes')],
          ['no', t('No')],
        ] as const)
      : item.type === 'choice'
        ? (item.answerOption ?? []).map((option, i) => [String(i), optionText(option)] as const)
        : undefined;
  if (!options)
    return (
      <TextArea
        id={item.linkId}
        label={item.text ?? ''}
        rows={3}
        value={value}
        onChange={onChange}
        required={item.required === true}
      />
    );
  return (
    <fieldset className={styles.question}>
      <legend id={`${item.linkId}-legend`}>{item.text}</legend>
      <FieldProblemText id={item.linkId} />
      <div role="radiogroup" aria-labelledby={`${item.linkId}-legend`} {...tied}>
        {options.map(([key, label]) => (
          <label key={key} className={styles.option}>
            <input type="radio" name={item.linkId} checked={value === key} onChange={() => onChange(key)} />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
