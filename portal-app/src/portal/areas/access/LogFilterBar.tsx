/** What to look for in the log of access. */
import { type Text, t } from '../../../i18n/text.ts';
import { Choice } from '../../../ui/chips.tsx';
import { TextField } from '../../../ui/form.tsx';
import styles from './access.module.css';
import { DEEDS, type LogFilters, type UsedLogFilters, WHOSE } from './use-log-filters.ts';

const WHOSE_WORDS: Readonly<Record<LogFilters['whose'], Text>> = {
  others: 'Others',
  self: 'You',
  all: 'All',
};
const DEED_WORDS: Readonly<Record<LogFilters['deeds'], Text>> = {
  all: 'Looked and changed',
  changes: 'Only changes',
};

export function LogFilterBar({ filters: { whose, deeds, text, set } }: { readonly filters: UsedLogFilters }) {
  return (
    <search className={styles.filters}>
      <TextField
        id="log-words"
        type="search"
        label={t('A name, or what was looked at')}
        value={text}
        onChange={(next) => set({ text: next })}
      />
      <div className={styles.chips}>
        <Choice
          legend={t('By whom')}
          name="whose"
          of={WHOSE.map((value) => [value, WHOSE_WORDS[value]])}
          chosen={whose}
          onChoose={(value) => set({ whose: value })}
        />
        <Choice
          legend={t('Kind of access')}
          name="deeds"
          of={DEEDS.map((value) => [value, DEED_WORDS[value]])}
          chosen={deeds}
          onChoose={(value) => set({ deeds: value })}
        />
      </div>
    </search>
  );
}
