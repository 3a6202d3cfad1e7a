/** Beside a refill: which screenings and vaccinations are due, by the rules of the patient's own page. Whoever asks for a medicine can be told of them in the same answer. */
import { useQuery } from '@tanstack/react-query';
import { t } from '../../../i18n/text.ts';
import { plan } from '../../../record/checkups/due.ts';
import { checkupsQuery } from '../../../record/checkups/queries.ts';
import { dueWords } from '../../../record/checkups/words.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import { Loaded } from '../../../ui/parts.tsx';
import styles from './inbox.module.css';

export function DueNow() {
  const { fhir } = usePortal();
  return (
    <section>
      <h3>{t('Due now')}</h3>
      <Loaded query={useQuery(checkupsQuery(fhir))} rows={2}>
        {({ person }) => {
          const due = plan(person).filter(({ isDue }) => isDue);
          if (due.length === 0) return <p className="muted">{t('Nothing is due now.')}</p>;
          return (
            <ul>
              <Each of={due}>
                {({ rule, from, last }) => (
                  <li key={rule.id} className={styles.fact}>
                    <span>{t(rule.name)}</span>
                    <span className="muted">{dueWords({ from, last })}</span>
                  </li>
                )}
              </Each>
            </ul>
          );
        }}
      </Loaded>
    </section>
  );
}
