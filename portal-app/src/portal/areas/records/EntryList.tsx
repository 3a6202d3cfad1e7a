/** Entries of the record, one below the other; each leads to what is known of it. */
import { Link } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { type Entry, lineOf } from '../../../record/entries/kinds.ts';
import { useNamed } from '../../../record/use-named.ts';
import { Each } from '../../../ui/Each.tsx';
import styles from '../../../ui/entries.module.css';
import { Pill } from '../../../ui/parts.tsx';

export function EntryList({ entries: stored }: { readonly entries: readonly Entry[] }) {
  const entries = useNamed(stored);
  return (
    <ul className={styles.list}>
      <Each of={entries}>
        {(entry) => {
          const { name, date, note } = lineOf(entry);
          return (
            <li key={entry.id}>
              <strong>
                <Link to={`/records/${entry.resourceType}/${entry.id}`}>{name}</Link>
              </strong>
              {date && <span className="muted">{formatDate(date)}</span>}
              {note && <Pill kind="plain">{note}</Pill>}
            </li>
          );
        }}
      </Each>
    </ul>
  );
}
