/** One question of a questionnaire, by its kind: options, yes or no, a number, a day, a time or words. */
import type { QuestionnaireItem } from '@medplum/fhirtypes';
import type { ReactNode } from 'react';
import { t } from '../i18n/text.ts';
import {
  type Chosen,
  choiceText,
  chosenOf,
  isChoice,
  isUnasked,
  optionText,
  unitOfItem,
} from '../record/questionnaires/answers.ts';
import { itemText } from '../record/questionnaires/item-text.ts';
import { FieldProblemText, TextArea, TextField } from '../ui/form.tsx';
import { useField } from '../ui/form-problems.tsx';
import styles from './question.module.css';

interface QuestionProps {
  readonly item: QuestionnaireItem;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** The browser's own controls, by R4's kinds of questions; what is not here is words. */
const CONTROLS: Readonly<Partial<Record<QuestionnaireItem['type'], string>>> = {
  date: 'date',
  dateTime: 'datetime-local',
  time: 'time',
  url: 'url',
};
const NUMBERS: readonly QuestionnaireItem['type'][] = ['integer', 'decimal', 'quantity'];

export function Question({ item, value, onChange }: QuestionProps) {
  const label = itemText(item);
  const shared = { id: item.linkId, label, value, onChange, required: item.required === true };
  if (isUnasked(item))
    return (
      <p>
        <strong>{label}</strong> {t('This can’t be answered here. Please write to the care team.')}
      </p>
    );
  if (item.type === 'boolean') return <YesOrNo item={item} value={value} onChange={onChange} />;
  if (isChoice(item) && item.answerOption) return <Choice item={item} value={value} onChange={onChange} />;
  if (isChoice(item)) {
    const { places, other } = chosenOf(value);
    return (
      <TextField {...shared} value={other} onChange={(own) => onChange(choiceText({ places, other: own }))} />
    );
  }
  if (NUMBERS.includes(item.type)) {
    const unit = unitOfItem(item);
    return <TextField {...shared} inputMode="decimal" hint={unit?.display ?? unit?.code} />;
  }
  const control = CONTROLS[item.type];
  if (control || item.type === 'string') return <TextField {...shared} type={control ?? 'text'} />;
  return <TextArea {...shared} rows={3} />;
}

function YesOrNo({ item, value, onChange }: QuestionProps) {
  const shared = { item, isMissing: isMissing(item, value) };
  return (
    <Options item={item}>
      <Option {...shared} label={t('Yes')} checked={value === 'yes'} onChange={() => onChange('yes')} />
      <Option {...shared} label={t('No')} checked={value === 'no'} onChange={() => onChange('no')} />
    </Options>
  );
}

/** One of several, or any number of them where the question repeats; beside them words of one's own where it is open. */
function Choice({ item, value, onChange }: QuestionProps) {
  const chosen = chosenOf(value);
  const change = (next: Partial<Chosen>): void => onChange(choiceText({ ...chosen, ...next }));
  const placesWith = (place: number): readonly number[] => {
    if (!item.repeats) return [place];
    const others = chosen.places.filter((each) => each !== place);
    return others.length < chosen.places.length ? others : [...others, place].sort((a, b) => a - b);
  };
  const choose = (place: number): void =>
    change({ places: placesWith(place), ...(item.repeats ? {} : { other: '' }) });
  return (
    <>
      <Options item={item}>
        {(item.answerOption ?? []).map((option, place) => (
          <Option
            // Options have no name of their own: their place is what is kept of them.
            key={place}
            item={item}
            isMissing={isMissing(item, value)}
            label={optionText(option)}
            checked={chosen.places.includes(place)}
            onChange={() => choose(place)}
          />
        ))}
      </Options>
      {item.type === 'open-choice' && (
        <TextField
          id={`${item.linkId} other`}
          label={t('Something else')}
          value={chosen.other}
          onChange={(other) => change({ other, ...(item.repeats || other === '' ? {} : { places: [] }) })}
        />
      )}
    </>
  );
}

function Options({ item, children }: { readonly item: QuestionnaireItem; readonly children: ReactNode }) {
  const { tied } = useField(item.linkId, false);
  const name = `${item.linkId}-legend`;
  return (
    <fieldset className={styles.question}>
      <legend id={name}>{itemText(item)}</legend>
      <FieldProblemText id={item.linkId} />
      {item.repeats ? (
        children
      ) : (
        <div role="radiogroup" aria-labelledby={name} {...tied}>
          {children}
        </div>
      )}
    </fieldset>
  );
}

/** One of them is to be chosen: the browser says so together with what else is missing. Any of several is an answer, and so are words of one's own. */
const isMissing = ({ required }: QuestionnaireItem, value: string): boolean =>
  required === true && value === '';

function Option({
  item,
  isMissing,
  label,
  checked,
  onChange,
}: {
  readonly item: QuestionnaireItem;
  readonly isMissing: boolean;
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: () => void;
}) {
  const { tied } = useField(item.linkId, false);
  return (
    <label className={styles.option}>
      <input
        type={item.repeats ? 'checkbox' : 'radio'}
        name={item.linkId}
        checked={checked}
        required={isMissing}
        onChange={onChange}
        {...(item.repeats ? tied : {})}
      />
      {label}
    </label>
  );
}
