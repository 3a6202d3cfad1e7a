/** The way back, above a page's title: as large as a finger by touch. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import styles from './parts.module.css';

export function BackLink({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <p>
      <Link className={styles.back} to={to}>
        ‹ {children}
      </Link>
    </p>
  );
}
