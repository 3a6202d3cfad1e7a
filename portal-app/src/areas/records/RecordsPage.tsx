/** The rest of the record, kind by kind; each loads and fails for itself. */
import type {
  AllergyIntolerance,
  Condition,
  Encounter,
  Goal,
  Immunization,
  Procedure,
  Resource,
} from '@medplum/fhirtypes';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { formatDate } from '../../format/date.ts';
import { conceptText } from '../../format/words.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { Card, EmptyState, Loaded, PageHead, Pill } from '../../ui/parts.tsx';
import { type Article, articleFor } from '../learn/articles.ts';
import { saveFile, wholeRecord } from './download.ts';
import styles from './records.module.css';

interface Line {
  readonly name: string;
  readonly date: string | undefined;
  readonly note?: string | undefined;
  readonly article?: Article | undefined;
}

export function RecordsPage() {
  return (
    <>
      <PageHead title="Records" />
      <Download />
      <div className={styles.grid}>
        <Section<Condition>
          type="Condition"
          title="Health problems"
          params={{}}
          line={(each) => ({
            name: conceptText(each.code),
            date: each.onsetDateTime ?? each.recordedDate,
            note: each.clinicalStatus?.coding?.[0]?.code,
            article: articleFor(each.code),
          })}
        />
        <Section<AllergyIntolerance>
          type="AllergyIntolerance"
          title="Allergies"
          params={{}}
          line={(each) => ({
            name: conceptText(each.code),
            date: each.recordedDate ?? each.onsetDateTime,
            note: each.reaction?.[0]?.manifestation?.[0] && conceptText(each.reaction[0].manifestation[0]),
          })}
        />
        <Section<Immunization>
          type="Immunization"
          title="Vaccinations"
          params={{ status: 'completed', _sort: '-date' }}
          line={(each) => ({ name: conceptText(each.vaccineCode), date: each.occurrenceDateTime })}
        />
        <Section<Procedure>
          type="Procedure"
          title="Procedures"
          params={{ _sort: '-date' }}
          line={(each) => ({
            name: conceptText(each.code),
            date: each.performedDateTime ?? each.performedPeriod?.start,
          })}
        />
        <Section<Encounter>
          type="Encounter"
          title="Visits on record"
          params={{ _sort: '-date' }}
          line={(each) => ({
            name: conceptText(each.type?.[0]),
            date: each.period?.start,
            note: each.participant?.[0]?.individual?.display,
          })}
        />
        <Section<Goal>
          type="Goal"
          title="Goals"
          params={{}}
          line={(each) => ({
            name: conceptText(each.description),
            date: each.startDate,
            note: each.lifecycleStatus,
          })}
        />
      </div>
    </>
  );
}

/** For the person themself, for another doctor's system, or on paper. */
function Download() {
  const { fhir } = usePortal();
  const download = useMutation({
    mutationFn: () => wholeRecord(fhir),
    onSuccess: (bundle) =>
      saveFile('my-health-record.json', 'application/fhir+json', JSON.stringify(bundle, null, 2)),
  });
  return (
    <>
      <p>
        <button
          type="button"
          className="button secondary"
          disabled={download.isPending}
          onClick={() => download.mutate()}
        >
          {download.isPending ? 'Gathering…' : 'Download my record'}
        </button>{' '}
        <Link className="button quiet" to="/summary">
          Health summary to print
        </Link>
      </p>
      {download.error && <p role="alert">{download.error.message}</p>}
    </>
  );
}

interface SectionProps<T extends Resource> {
  readonly type: T['resourceType'];
  readonly title: string;
  readonly params: Record<string, string>;
  readonly line: (resource: T) => Line;
}

function Section<T extends Resource>({ type, title, params, line }: SectionProps<T>) {
  const { fhir } = usePortal();
  const query = useQuery({
    queryKey: ['records', type, fhir.patient],
    queryFn: () => fhir.search<T>(type, { patient: fhir.patient, _count: '30', ...params }),
  });
  return (
    <Card title={title}>
      <Loaded query={query}>
        {({ resources, next }) =>
          resources.length === 0 ? (
            <EmptyState>None on record.</EmptyState>
          ) : (
            <>
              <ul className={styles.list}>
                {resources.map((each) => {
                  const { name, date, note, article } = line(each);
                  return (
                    <li key={each.id}>
                      <strong>
                        {article ? <Link to={`/learn/articles/${article.id}`}>{name}</Link> : name}
                      </strong>
                      <span className="muted">{formatDate(date)}</span>
                      {note && <Pill kind="plain">{note}</Pill>}
                    </li>
                  );
                })}
              </ul>
              {next && <p className="muted">The newest 30 are shown.</p>}
            </>
          )
        }
      </Loaded>
    </Card>
  );
}
