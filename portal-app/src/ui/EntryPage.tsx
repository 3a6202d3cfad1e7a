/** A card in the middle of an empty page: before the sign-in, and where somebody is in the wrong place. */
import type { ReactNode } from 'react';
import styles from './entry.module.css';
import { LanguageSwitch } from './LanguageSwitch.tsx';

export function EntryPage({
  title,
  lead,
  fault,
  working = false,
  footer,
  children,
}: {
  readonly title: string;
  readonly lead: string;
  readonly fault?: string | undefined;
  readonly working?: boolean;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className={styles.page}>
      <main className={styles.card} aria-busy={working}>
        <img src="/icon.svg" alt="" width="48" height="48" />
        <h1>{title}</h1>
        <p className={styles.lead}>{lead}</p>
        {fault && (
          <p className={styles.fault} role="alert">
            {fault}
          </p>
        )}
        {children}
        <LanguageSwitch />
      </main>
      {footer && <footer className={styles.footer}>{footer}</footer>}
    </div>
  );
}
