/** What may be done with what: each deed with its things, and where these are many by what they are about. */
import type { ScopeDeed } from '../../../record/administration/scope-words.ts';
import styles from './administration.module.css';

export const ScopeDeeds = ({ deeds }: { readonly deeds: readonly ScopeDeed[] }) =>
  deeds.map(({ does, things }) => (
    <div key={does} className={styles.deed}>
      <strong>{does}</strong>
      <ul>
        {things.map(({ area, names }) => (
          <li key={area ?? ''}>
            {area && <span className="muted">{area}: </span>}
            {names.join(', ')}
          </li>
        ))}
      </ul>
    </div>
  ));
