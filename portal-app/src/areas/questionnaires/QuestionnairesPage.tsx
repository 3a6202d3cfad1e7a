/** The clinic's questionnaires, to be filled in at any time. */
import type { Questionnaire } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { EmptyState, Loaded, PageHead } from '../../ui/parts.tsx';
import rows from '../../ui/rows.module.css';

export function QuestionnairesPage() {
  const { fhir } = usePortal();
  const query = useQuery({
    queryKey: ['questionnaires'],
    queryFn: () =>
      fhir.search<Questionnaire>('Questionnaire', { status: 'active', _sort: 'title', _count: '50' }),
  });
  return (
    <>
      <PageHead title="Questionnaires" />
      <Loaded query={query}>
        {({ resources }) =>
          resources.length === 0 ? (
            <EmptyState>The clinic has no questionnaires.</EmptyState>
          ) : (
            <ul className={rows.list}>
              {resources.map(({ id, title, description }) => (
                <li key={id}>
                  <Link className={rows.row} to={`/questionnaires/${id}`}>
                    <span className={rows.name}>
                      <strong>{title}</strong>
                      <span className="muted">{description}</span>
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}
