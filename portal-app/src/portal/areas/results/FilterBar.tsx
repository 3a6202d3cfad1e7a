/** What to look for among the results. */
import { type Text, t } from '../../../i18n/text.ts';
import { Chip, Chips, Choice } from '../../../ui/chips.tsx';
import { DayWords } from '../../../ui/day-words.tsx';
import styles from './results.module.css';
import { type Filters, KINDS, type UsedFilters } from './use-filters.ts';

const KIND_WORDS: Readonly<Record<Filters['kind'], Text>> = {
  all: 'All',
  labs: 'Labs',
  vitals: 'Vitals',
  reports: 'Reports',
};
const VIEWS: readonly (readonly [Filters['by'], Text])[] = [
  ['order', 'As ordered'],
  ['test', 'By test'],
];

export function FilterBar({ filters }: { readonly filters: UsedFilters }) {
  const { by, kind, text, outside, fresh, since, set } = filters;
  return (
    <search className={styles.filters}>
      <label className={styles.search}>
        <span className="visually-hidden">{t('Search results')}</span>
        <input
          type="search"
          placeholder={t('Search test or report')}
          value={text}
          onChange={(event) => set({ text: event.target.value })}
        />
      </label>
      <div className={styles.filterRow}>
        <Choice
          legend={t('Kind of result')}
          name="kind"
          of={KINDS.map((value) => [value, KIND_WORDS[value]])}
          chosen={kind}
          onChoose={(value) => set({ kind: value })}
        />
        <Chips legend={t('Only some of them')}>
          <Chip
            type="checkbox"
            label={t('Only outside range')}
            checked={outside}
            onChange={(checked) => set({ outside: checked })}
          />
          {by === 'order' && (
            <Chip
              type="checkbox"
              label={t('Only new')}
              checked={fresh}
              onChange={(checked) => set({ fresh: checked })}
            />
          )}
        </Chips>
        <label className={styles.since}>
          <span>{t('Since')}</span>
          <input type="date" value={since} onChange={(event) => set({ since: event.target.value })} />
        </label>
        <DayWords type="date" value={since} />
        <Choice
          legend={t('Shown')}
          name="by"
          of={VIEWS}
          chosen={by}
          onChoose={(value) => set({ by: value, fresh: false })}
        />
      </div>
    </search>
  );
}
