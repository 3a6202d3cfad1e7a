/** What was handed in beside what is on record; each element by itself. */
import { type Text, t } from '../../../i18n/text.ts';
import styles from './inbox.module.css';

interface Row {
  readonly element: string;
  readonly label: Text;
  readonly before: string;
  readonly after: string;
}

export function SideBySide({
  rows,
  kept,
  onKept,
  isBeside,
}: {
  readonly rows: readonly Row[];
  /** Elements that stay as they are on record. */
  readonly kept: readonly string[];
  readonly onKept: (kept: readonly string[]) => void;
  /** Something is on record; else all that was handed in is new. */
  readonly isBeside: boolean;
}) {
  return (
    <div className={styles.scroll}>
      <table className={styles.values}>
        <thead>
          <tr>
            <td />
            {isBeside && <th scope="col">{t('On record')}</th>}
            <th scope="col">{t('Handed in')}</th>
            {isBeside && <th scope="col">{t('Take over')}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ element, label, before, after }) => (
            <tr key={element} className={isBeside && before !== after ? styles.differs : undefined}>
              <th scope="row">{t(label)}</th>
              {isBeside && <td>{before || '–'}</td>}
              <td>{after || '–'}</td>
              {isBeside && (
                <td>
                  {before !== after && (
                    <label className={styles.check}>
                      <input
                        type="checkbox"
                        checked={!kept.includes(element)}
                        onChange={({ target }) =>
                          onKept(
                            target.checked ? kept.filter((each) => each !== element) : [...kept, element],
                          )
                        }
                      />
                      <span className="visually-hidden">
                        {t('Take over')}: {t(label)}
                      </span>
                    </label>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
