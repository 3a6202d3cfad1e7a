/** To whom: all that is said must be so of each of them. */
import type { Schedule } from '@medplum/fhirtypes';
import { dayLater, today, weekdayOf } from '../../../format/clinic-clock.ts';
import { t } from '../../../i18n/text.ts';
import { type Criteria, DUE, type NameOf, NOBODY } from '../../../record/broadcasts/criteria.ts';
import { Select, TextField } from '../../../ui/form.tsx';
import styles from './broadcasts.module.css';

export type Choice = readonly [reference: string, name: string];

/** Those of some type who have a schedule. */
function actorsOf(schedules: readonly Schedule[], type: string): readonly Choice[] {
  const found = schedules.flatMap(({ actor }) =>
    actor.flatMap(({ reference = '', display }): Choice[] =>
      reference.startsWith(`${type}/`) ? [[reference, display ?? reference]] : [],
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
  return (reference) => names.get(reference) ?? reference;
}

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
  const set = (name: keyof Criteria) => (value: string) => onChange({ ...criteria, [name]: value });
  const [people, places] = [actorsOf(schedules, 'Practitioner'), actorsOf(schedules, 'Location')];
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
        <TextField
          id="who-from"
          type="date"
          label={t('A visit from')}
          value={criteria.visitFrom}
          onChange={set('visitFrom')}
        />
        <TextField
          id="who-until"
          type="date"
          label={t('A visit until')}
          value={criteria.visitUntil}
          onChange={set('visitUntil')}
        />
        <Chosen
          id="who-with"
          label={t('The visit is with')}
          chosen={criteria.withWhom}
          options={people}
          onChange={set('withWhom')}
        />
        <Chosen
          id="who-where"
          label={t('The visit is at')}
          chosen={criteria.where}
          options={places}
          onChange={set('where')}
        />
        <TextField
          id="who-age-from"
          type="number"
          label={t('Age from (years)')}
          value={criteria.ageFrom}
          onChange={set('ageFrom')}
        />
        <TextField
          id="who-age-until"
          type="number"
          label={t('Age up to (years)')}
          value={criteria.ageUntil}
          onChange={set('ageUntil')}
        />
        <Chosen
          id="who-due"
          label={t('Due for')}
          chosen={criteria.due}
          options={DUE.map(({ id, name }) => [id, t(name)] as const)}
          onChange={set('due')}
        />
        <TextField
          id="who-problem"
          label={t('Health problem (words or code)')}
          value={criteria.problem}
          onChange={set('problem')}
        />
        <TextField
          id="who-medicine"
          label={t('Medicine (words or code)')}
          value={criteria.medicine}
          onChange={set('medicine')}
        />
        <Chosen
          id="who-group"
          label={t('A group')}
          chosen={criteria.group}
          options={groups}
          onChange={set('group')}
        />
      </div>
    </fieldset>
  );
}

/** Nothing to choose from is nothing to show. */
function Chosen({
  chosen,
  options,
  ...field
}: {
  readonly id: string;
  readonly label: string;
  readonly chosen: string;
  readonly options: readonly Choice[];
  readonly onChange: (value: string) => void;
}) {
  if (options.length === 0) return null;
  return <Select {...field} value={chosen} options={[['', t('Does not matter')], ...options]} />;
}

/** Monday to Sunday. */
function nextWeek(): Pick<Criteria, 'visitFrom' | 'visitUntil'> {
  const monday = dayLater(today(), 7 - weekdayOf(today()));
  return { visitFrom: monday, visitUntil: dayLater(monday, 6) };
}
