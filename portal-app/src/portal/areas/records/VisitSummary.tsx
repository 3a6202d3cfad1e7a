/** A visit in plain words, beneath its facts: what was found, changed and done, what to do, what comes next, and what was written. */
import type { DocumentReference, Encounter } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { t } from '../../../i18n/text.ts';
import { lineOf } from '../../../record/entries/kinds.ts';
import { goalsQuery } from '../../../record/results/goal.ts';
import { atVisitQuery } from '../../../record/visits/at-visit.ts';
import type { VisitLine } from '../../../record/visits/line.ts';
import { summaryOf } from '../../../record/visits/summary.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import styles from '../../../ui/entries.module.css';
import { Card, EmptyState, FlagPill, Loaded, Pill } from '../../../ui/parts.tsx';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
import { GoalPill } from '../../../views/GoalPill.tsx';

export function VisitSummary({ visit }: { readonly visit: Encounter }) {
  const { fhir } = usePortal();
  const query = useQuery(atVisitQuery(fhir, visit));
  return (
    <Loaded query={query}>
      {({ found, isPartial, isCut }) => {
        const { sections, documents } = summaryOf(visit, found);
        return (
          <>
            {sections.map(({ title, lead, lines, documents: papers = [] }) => (
              <Card key={title} title={t(title)}>
                {lead && <p className="muted">{lead}</p>}
                {lines.length > 0 && (
                  <ul className={styles.list}>
                    <Each of={lines}>{(line) => <Line key={line.id} line={line} />}</Each>
                  </ul>
                )}
                <Files of={papers} />
              </Card>
            ))}
            {documents.map((each) => (
              <Card key={each.id} title={lineOf(each).name}>
                <Files of={[each]} />
              </Card>
            ))}
            {sections.length + documents.length === 0 && !isPartial && (
              <EmptyState>{t('No notes of this visit are shared here.')}</EmptyState>
            )}
            {isPartial && (
              <p role="status">
                {t('Some of this visit was not shared with the portal, or can’t be read just now.')}
              </p>
            )}
            {isCut && (
              <p>{t('There is more of this visit than is shown here: look under Records and Results.')}</p>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

function Line({ line: { to, name, value, about, note, flag, result } }: { readonly line: VisitLine }) {
  const goals = useQuery(goalsQuery(usePortal().fhir)).data?.resources ?? [];
  return (
    <li className={result && styles.measured}>
      <strong>{to ? <Link to={to}>{name}</Link> : name}</strong>
      {value && <span className="number">{value}</span>}
      <span className={styles.pills}>
        {flag && <FlagPill flag={flag} />}
        {result && <GoalPill result={result} goals={goals} />}
        {note && <Pill kind="plain">{note}</Pill>}
      </span>
      {about && <p className={`muted ${styles.about}`}>{about}</p>}
    </li>
  );
}

function Files({ of }: { readonly of: readonly DocumentReference[] }) {
  return of.flatMap(({ id, content = [] }) =>
    content.map(({ attachment }, i) => <AttachedFile key={`${id} ${i}`} attachment={attachment} />),
  );
}
