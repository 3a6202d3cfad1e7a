/** What is looked for: why, what kind of care, how, where, with whom, not before when. */
import { today } from '../../../format/clinic-clock.ts';
import { type Text, t } from '../../../i18n/text.ts';
import {
  type Aspect,
  choicesOf,
  isElsewhere,
  type Offering,
  type Reason,
  type Wanted,
} from '../../../record/visits/offering.ts';
import { Choice } from '../../../ui/chips.tsx';
import { Select, TextField } from '../../../ui/form.tsx';
import styles from './booking.module.css';
import type { UsedWanted } from './use-wanted.ts';

export const REASON_WORDS: Readonly<Record<Reason, Text>> = {
  new: 'A new problem or question',
  followup: 'To follow up on a visit',
  checkup: 'A check-up or screening',
};
const HOW: readonly (readonly [Wanted['mode'], Text])[] = [
  ['', 'Any way'],
  ['in-person', 'In person'],
  ['video', 'By video'],
  ['phone', 'By phone'],
];
const ASKED: Readonly<Record<Aspect, readonly [label: Text, any: Text]>> = {
  care: ['Kind of care', 'Any kind'],
  place: ['Where?', 'Any place'],
  who: ['With whom?', 'Whoever is free first'],
};

export function Wishes({
  offerings,
  team,
  wanted,
  set,
}: {
  readonly offerings: readonly Offering[];
  /** Keys of those who look after the patient. */
  readonly team: ReadonlySet<string>;
  readonly wanted: Wanted;
  readonly set: UsedWanted['set'];
}) {
  const choose = (change: Partial<Wanted>): void => {
    const next = { ...wanted, ...change };
    // Who does not do that, or is not there, is nobody to ask for.
    const isOffered = (aspect: Aspect) =>
      choicesOf(offerings, next, aspect).some(({ key }) => key === next[aspect]);
    const gone = (['who', 'place'] as const).filter(
      (aspect) => !(aspect in change) && next[aspect] !== '' && !isOffered(aspect),
    );
    set({ ...change, ...Object.fromEntries(gone.map((aspect) => [aspect, ''])) });
  };
  const pick = (aspect: Aspect) => {
    const choices = choicesOf(
      offerings,
      aspect === 'care' ? { ...wanted, who: '', place: '' } : wanted,
      aspect,
    );
    const own = choices.filter(({ key }) => team.has(key));
    const sorted = [...own, ...choices.filter((each) => !own.includes(each))];
    const [label, any] = ASKED[aspect];
    return (
      <Select
        id={aspect}
        label={t(label)}
        value={sorted.some(({ key }) => key === wanted[aspect]) ? wanted[aspect] : ''}
        onChange={(key) => choose({ [aspect]: key })}
        options={[
          ['', t(any)] as const,
          ...sorted.map(
            ({ key, name }) => [key, team.has(key) ? t('{name} (your care team)', { name }) : name] as const,
          ),
        ]}
      />
    );
  };
  return (
    <search className={styles.wishes}>
      <Choice
        legend={t('Why do you come?')}
        isShown
        name="reason"
        of={Object.entries(REASON_WORDS) as [Reason, Text][]}
        chosen={wanted.reason}
        onChoose={(reason) => choose({ reason })}
      />
      <Choice
        legend={t('How?')}
        isShown
        name="mode"
        of={HOW}
        chosen={wanted.mode}
        onChoose={(mode) => choose({ mode })}
      />
      <div className={styles.selects}>
        {pick('care')}
        {!isElsewhere(wanted.mode) && pick('place')}
        {pick('who')}
        <TextField
          id="from"
          type="date"
          label={t('Earliest day')}
          value={wanted.from}
          onChange={(from) => choose({ from: from < today() ? '' : from })}
        />
      </div>
    </search>
  );
}
