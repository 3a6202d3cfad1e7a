/** Small parts that pages are made of. */
import { type ReactNode, useDeferredValue } from 'react';
import { Link } from 'react-router';
import { failureWords } from '../format/explained.ts';
import type { Flag } from '../format/flag.ts';
import { t } from '../i18n/text.ts';
import styles from './parts.module.css';
import { usePageTitle } from './tab-title.ts';
import { useHeld } from './use-held.ts';
import { useOther } from './whose.tsx';

export function PageHead({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  usePageTitle(title);
  const other = useOther();
  return (
    <header className={styles.head}>
      <div>
        {other && <p className={styles.whose}>{t('{name}’s record', { name: other.name })}</p>}
        <h1 tabIndex={-1}>{title}</h1>
      </div>
      {children}
    </header>
  );
}

export function Card({
  title,
  action,
  children,
}: {
  readonly title?: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className={styles.card}>
      {title && (
        <div className={styles.cardHead}>
          <h2>{title}</h2>
          {action}
        </div>
      )}
      {children}
    </section>
  );
}

const FLAG_CLASS: Readonly<Record<Flag['kind'], string | undefined>> = {
  in: styles.ok,
  high: styles.warn,
  low: styles.warn,
  outside: styles.warn,
  critical: styles.bad,
  told: styles.plain,
  none: undefined,
};
const FLAG_SHAPE: Readonly<Record<Flag['kind'], string>> = {
  in: '✓',
  high: '▲',
  low: '▼',
  outside: '◆',
  critical: '‼',
  told: '',
  none: '',
};

/** Word and shape and colour, always together. */
export function FlagPill({ flag }: { readonly flag: Flag }) {
  if (!flag.words) return null;
  return (
    <span className={`${styles.pill} ${FLAG_CLASS[flag.kind] ?? ''}`}>
      <span aria-hidden="true">{FLAG_SHAPE[flag.kind]}</span> {flag.words}
    </span>
  );
}

export function Pill({
  children,
  kind = 'info',
}: {
  readonly children: ReactNode;
  readonly kind?: 'info' | 'ok' | 'warn' | 'bad' | 'plain';
}) {
  return <span className={`${styles.pill} ${styles[kind] ?? ''}`}>{children}</span>;
}

/** The shape of what comes, shown only when it takes longer than a blink. */
export function Skeleton({ rows = 3 }: { readonly rows?: number }) {
  return (
    <div className={styles.skeleton} aria-busy="true">
      <span className="visually-hidden">{t('Loading…')}</span>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} />
      ))}
    </div>
  );
}

export function EmptyState({ children }: { readonly children: ReactNode }) {
  return <p className={styles.empty}>{children}</p>;
}

/** HTTP statuses of what is not there, or not for whoever asks: no other try changes that. */
const FINAL: ReadonlySet<unknown> = new Set([403, 404, 410]);
const isFinal = (error: Error): boolean => 'status' in error && FINAL.has(error.status);

export function ErrorState({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  return (
    <div className={styles.error} role="alert">
      <p>{failureWords(error)}</p>
      {isFinal(error) ? (
        <Link to="/" className="button secondary">
          {t('Go to the first page')}
        </Link>
      ) : (
        <button type="button" className="button secondary" onClick={onRetry}>
          {t('Try again')}
        </button>
      )}
    </div>
  );
}

/** One part of a page that came in parts. */
export function PartFailed({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <p>
      {t('This part could not be read.')}{' '}
      <button type="button" className="button quiet" onClick={onRetry}>
        {t('Try again')}
      </button>
    </p>
  );
}

export interface QueryLike<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
  readonly fetchStatus: 'fetching' | 'paused' | 'idle';
}

const areDrawnAlike = (a: QueryLike<unknown>, b: QueryLike<unknown>): boolean =>
  a.data === b.data && (a.data !== undefined || (a.error === b.error && a.fetchStatus === b.fetchStatus));

/** A query's three faces: the shape, the failure with a way on, the content. */
export function Loaded<T>({
  query: newest,
  rows,
  children,
}: {
  readonly query: QueryLike<T>;
  readonly rows?: number;
  readonly children: (data: T) => ReactNode;
}) {
  const query = useHeld(newest, areDrawnAlike);
  // What comes first is drawn bit by bit: between the bits the page answers whoever presses something.
  const isDrawn = useDeferredValue(query.data !== undefined);
  if (isDrawn && query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.fetchStatus === 'paused')
    return <EmptyState>{t('You are offline, and this was not opened before.')}</EmptyState>;
  return <Skeleton rows={rows ?? 3} />;
}
