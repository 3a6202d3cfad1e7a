/** What else is on record: what is due, what was given and done, seen and asked for, filled in; each with its codes, and all that is known of it behind one press. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { codesText, termName } from '../../../format/clinical.ts';
import { formatDate } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { type Planned, plan } from '../../../record/checkups/due.ts';
import { checkupsQuery } from '../../../record/checkups/queries.ts';
import { dueWords, sourceWords } from '../../../record/checkups/words.ts';
import { type Entry, type KindName, kindOf, lineOf } from '../../../record/entries/kinds.ts';
import { kindQuery } from '../../../record/entries/queries.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import styles from '../../../ui/entries.module.css';
import { Facts } from '../../../ui/Facts.tsx';
import { Card, EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';
import { ShowOlder } from '../../../ui/ShowOlder.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import { AnswersCard } from './AnswersCard.tsx';
import own from './patient.module.css';

/** Those that no other part of the page has. */
const HERE: readonly KindName[] = ['Immunization', 'Procedure', 'Encounter', 'ServiceRequest', 'CareTeam'];

export function RecordPart() {
  return (
    <div className={own.columns}>
      <Prevention />
      {HERE.map((name) => (
        <OfKind key={name} name={name} />
      ))}
      <AnswersCard />
    </div>
  );
}

/** By the rules of the patient's own page. */
function Prevention() {
  const { fhir } = usePortal();
  return (
    <Card title={t('Prevention')}>
      <Loaded query={useQuery(checkupsQuery(fhir))} rows={4}>
        {({ person, told }) => {
          const all = plan(person);
          if (all.length === 0)
            return <EmptyState>{t('Nothing can be said without a birth date on record.')}</EmptyState>;
          return (
            <ul className={styles.list}>
              {all
                .toSorted((a, b) => Number(b.isDue) - Number(a.isDue))
                .map((each) => (
                  <Rule key={each.rule.id} planned={each} told={told.get(each.rule.id)} />
                ))}
            </ul>
          );
        }}
      </Loaded>
    </Card>
  );
}

function Rule({
  planned: { rule, last, from, isDue, dose },
  told,
}: {
  readonly planned: Planned;
  readonly told: string | undefined;
}) {
  return (
    <li>
      <strong>{t(rule.name)}</strong>
      {isDue ? <Pill kind="warn">{dueWords({ from, last })}</Pill> : <Pill kind="ok">{t('Up to date')}</Pill>}
      {told !== undefined && (
        <Pill kind="info">{t('Done elsewhere, told {date}', { date: formatDate(told) })}</Pill>
      )}
      <span className={`muted ${styles.about}`}>
        {[
          dose && t('Dose {number} of {of}', { number: dose.number, of: dose.of }),
          last !== undefined && t('Last: {date}.', { date: formatDate(last) }),
          !isDue && from !== undefined && t('Next from {date}.', { date: formatDate(from) }),
          sourceWords(rule),
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </li>
  );
}

function OfKind({ name }: { readonly name: KindName }) {
  const { fhir } = usePortal();
  const query = useInfiniteQuery(kindQuery(fhir, name));
  return (
    <Card title={t(kindOf(name).title)}>
      <Loaded query={query} rows={4}>
        {({ pages }) => {
          const entries = pages.flatMap(({ resources }) => resources);
          if (entries.length === 0) return <EmptyState>{t('None on record.')}</EmptyState>;
          return <Each of={entries}>{(entry) => <One key={entry.id} entry={entry} />}</Each>;
        }}
      </Loaded>
      {query.hasNextPage && (
        <ShowOlder isLoading={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()} />
      )}
    </Card>
  );
}

function One({ entry }: { readonly entry: Entry }) {
  const { name, date, note, concept, facts } = lineOf(entry);
  return (
    <details className={own.unfolds}>
      <summary className={own.summary}>
        <strong>{concept ? termName(concept) : name}</strong> <KeptPill of={entry} />{' '}
        <span className="muted">{[date && formatDate(date), note].filter(Boolean).join(' · ')}</span>
      </summary>
      <Facts
        facts={[
          ...facts.map(([label, value]) => [t(label), value] as const),
          [t('Codes'), codesText(concept)] as const,
        ]}
      />
    </details>
  );
}
