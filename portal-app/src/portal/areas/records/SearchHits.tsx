/** What was found, by kind. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { plural, t } from '../../../i18n/text.ts';
import { type Hit, LEAST_LETTERS, searchQuery } from '../../../record/entries/search.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import styles from '../../../ui/entries.module.css';
import { Card, EmptyState, Loaded } from '../../../ui/parts.tsx';

/** Asked when the typing pauses. */
const PAUSE_MS = 200;

export function SearchHits({ text }: { readonly text: string }) {
  const { fhir } = usePortal();
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery(searchQuery(fhir, asked));
  if (text.length < LEAST_LETTERS) return <p className="muted">{t('Go on typing.')}</p>;
  return (
    <Loaded query={query} rows={6}>
      {(hits) => (
        <>
          <p role="status" className="visually-hidden">
            {plural(hits.length, '1 found', '{count} found')}
          </p>
          {hits.length === 0 ? (
            <EmptyState>{t('Nothing in your record has these words.')}</EmptyState>
          ) : (
            [...Map.groupBy(hits, ({ kind }) => kind)].map(([kind, list]) => (
              <Card key={kind} title={t(kind)}>
                <Hits hits={list} />
              </Card>
            ))
          )}
        </>
      )}
    </Loaded>
  );
}

function Hits({ hits }: { readonly hits: readonly Hit[] }) {
  return (
    <ul className={styles.list}>
      {hits.map(({ to, name, about, date }) => (
        <li key={`${to} ${name} ${date} ${about}`}>
          <strong>
            <Link to={to}>{name}</Link>
          </strong>
          {date && <span className="muted">{formatDate(date)}</span>}
          {about && <span className={styles.excerpt}>{about}</span>}
        </li>
      ))}
    </ul>
  );
}
