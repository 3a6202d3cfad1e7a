/** What happened, a line each; each line opens what it names. */
import { Link } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { type Happening, TIMELINE_KINDS } from '../../../record/timeline/timeline.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import styles from '../../../ui/entries.module.css';
import { Pill } from '../../../ui/parts.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import own from './patient.module.css';

export function Happenings({ of }: { readonly of: readonly Happening[] }) {
  const { fhir } = usePortal();
  return (
    <ul className={styles.list}>
      <Each of={of}>
        {({ id, kind, name, date, about, resource }) => (
          <li key={`${kind} ${id}`}>
            <span className={own.day}>{formatDate(date)}</span>
            <Link className={own.named} to={`/patients/${fhir.patient}/timeline/${kind}/${id}`}>
              {name}
            </Link>
            <Pill kind="plain">{t(TIMELINE_KINDS[kind].title)}</Pill>
            <KeptPill of={resource} />
            {about && <span className={`muted ${styles.excerpt}`}>{about}</span>}
          </li>
        )}
      </Each>
    </ul>
  );
}
