/** To whom: all that is said must be so of each of them. */
import type { Schedule } from '@medplum/fhirtypes';
import { dayLater, today, weekdayOf } from '../../../format/clinic-clock.ts';
import { kindWords } from '../../../format/kind-words.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { type Criteria, DUE, dueName, type NameOf, NOBODY } from '../../../record/broadcasts/criteria.ts';
import { Select, TextField } from '../../../ui/form.tsx';
import styles from './broadcasts.module.css';

export type Choice = readonly [reference: string, name: string];

/** Those of some type who have a schedule. */
function actorsOf(schedules: readonly Schedule[], type: string): readonly Choice[] {
  const found = schedules.flatMap(({ actor }) =>
    actor.flatMap(({ reference = '', display }): Choice[] =>
      reference.startsWith(`${type}/`) ? [[reference, display ?? kindWords(reference)]] : [],
    ),
  );
  return [...new Map(found)].sort(([, a], [, b]) => a.localeCompare(b));
}

export function namesOf(groups: readonly Choice[], schedules: readonly Schedule[]): NameOf {
  const names = new Map([
    ...groups,
    ...actorsOf(schedules, 'Practitioner'),
    ...actorsOf(schedules, 'Location'),
  ]);
  return (reference) => names.get(reference) ?? kindWords(reference);
}

/** The id of a field: of an element of the criteria. */
export const whoField = (name: string): string => `who-${name}`;

export function WhoFields({
  groups,
  schedules,
  criteria,
  onChange,
}: {
  readonly groups: readonly Choice[];
  readonly schedules: readonly Schedule[];
  readonly criteria: Criteria;
  readonly onChange: (criteria: Criteria) => void;
}) {
  const field = (name: keyof Criteria, label: Text) => ({
    id: whoField(name),
    label: t(label),
    value: criteria[name],
    onChange: (value: string) => onChange({ ...criteria, [name]: value }),
  });
  return (
    <fieldset className={styles.part}>
      <legend>{t('To whom')}</legend>
      <p className="muted">
        {t('Leave empty what does not matter. Whatever is said must be so of each of them.')}
      </p>
      <div className={styles.ready}>
        <button
          type="button"
          className="button secondary"
          onClick={() => onChange({ ...NOBODY, ...nextWeek() })}
        >
          {t('All with a visit next week')}
        </button>
        <button
          type="button"
          className="button secondary"
          onClick={() => onChange({ ...NOBODY, due: 'influenza' })}
        >
          {t('All due for a flu shot')}
        </button>
      </div>
      <div className={styles.fields}>
        <TextField type="date" {...field('visitFrom', 'A visit from')} />
        <TextField type="date" {...field('visitUntil', 'A visit until')} />
        <Chosen {...field('withWhom', 'The visit is with')} options={actorsOf(schedules, 'Practitioner')} />
        <Chosen {...field('where', 'The visit is at')} options={actorsOf(schedules, 'Location')} />
        <TextField type="number" {...field('ageFrom', 'Age from (years)')} />
        <TextField type="number" {...field('ageUntil', 'Age up to (years)')} />
        <Chosen {...field('due', 'Due for')} options={DUE.map((rule) => [rule.id, dueName(rule)] as const)} />
        <TextField {...field('problem', 'Health problem (words or code)')} />
        <TextField {...field('medicine', 'Medicine (words or code)')} />
        <Chosen {...field('group', 'A group')} options={groups} />
      </div>
    </fieldset>
  );
}

/** Nothing to choose from is nothing to show. */
function Chosen({
  options,
  ...field
}: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly Choice[];
  readonly onChange: (value: string) => void;
}) {
  if (options.length === 0) return null;
  return <Select {...field} options={[['', t('Does not matter')], ...options]} />;
}

/** Monday to Sunday. */
function nextWeek(): Pick<Criteria, 'visitFrom' | 'visitUntil'> {
  const monday = dayLater(today(), 7 - weekdayOf(today()));
  return { visitFrom: monday, visitUntil: dayLater(monday, 6) };
}
