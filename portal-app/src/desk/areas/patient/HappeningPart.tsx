/** One entry of the timeline as a whole, with what can be done about it: where an entry of a list, a note or a report is shown elsewhere, it is shown as there. */
import type { Encounter, MedicationRequest, Resource } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { codesText, termName } from '../../../format/clinical.ts';
import { formatDate } from '../../../format/date.ts';
import { referenceName } from '../../../format/named.ts';
import { conceptText } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { type Entry, type Fact, lineOf } from '../../../record/entries/kinds.ts';
import type { Listed } from '../../../record/lists/queries.ts';
import {
  type Happened,
  happenedQuery,
  happeningsAt,
  isTimelineKind,
  TIMELINE_KINDS,
  type TimelineKind,
} from '../../../record/timeline/timeline.ts';
import { atVisitQuery } from '../../../record/visits/at-visit.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { BackLink } from '../../../ui/BackLink.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { NotFoundPage } from '../../../ui/NotFoundPage.tsx';
import { Card, EmptyState, Loaded } from '../../../ui/parts.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import { Happenings } from './Happenings.tsx';
import { ListEntry } from './ListEntry.tsx';
import { Note } from './Note.tsx';
import own from './patient.module.css';
import { Report } from './Report.tsx';

export function HappeningPart() {
  const { fhir } = usePortal();
  const { kind, happening = '' } = useParams();
  if (!isTimelineKind(kind)) return <NotFoundPage />;
  return (
    <>
      <BackLink to={`/patients/${fhir.patient}/timeline`}>{t('Timeline')}</BackLink>
      <One kind={kind} id={happening} />
    </>
  );
}

function One({ kind, id }: { readonly kind: TimelineKind; readonly id: string }) {
  const { fhir } = usePortal();
  return (
    <Loaded query={useQuery(happenedQuery(fhir, kind, id))} rows={4}>
      {(found) =>
        found ? (
          <Shown {...found} />
        ) : (
          <EmptyState>{t('This is not there any more, or not within your reach.')}</EmptyState>
        )
      }
    </Loaded>
  );
}

function Shown({ resource, included }: Happened) {
  switch (resource.resourceType) {
    case 'DiagnosticReport':
      return <Report report={resource} included={included} />;
    case 'DocumentReference':
      return (
        <Card title={titleOf(resource)}>
          <ul>
            <Note note={resource} isOpenAtFirst />
          </ul>
        </Card>
      );
    case 'Condition':
    case 'AllergyIntolerance':
    case 'MedicationRequest':
      return (
        <Card title={titleOf(resource)}>
          <ul className={own.kept}>
            <ListEntry entry={resource as Listed} />
          </ul>
          <Known
            facts={resource.resourceType === 'MedicationRequest' ? ordered(resource) : lineOf(resource).facts}
          />
        </Card>
      );
    case 'Encounter':
      return (
        <>
          <Plain entry={resource} />
          <FromVisit visit={resource} />
        </>
      );
    default:
      return <Plain entry={resource as Entry} />;
  }
}

const titleOf = ({ resourceType }: Resource): string => t(TIMELINE_KINDS[resourceType as TimelineKind].title);

function Plain({ entry }: { readonly entry: Entry }) {
  const { name, concept, facts } = lineOf(entry);
  return (
    <Card title={concept ? termName(concept) : name}>
      <p className="muted">
        {[titleOf(entry), codesText(concept)].filter(Boolean).join(' · ')} <KeptPill of={entry} />
      </p>
      <Known facts={facts} />
    </Card>
  );
}

const Known = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <Facts facts={facts.map(([label, value]) => [t(label), value] as const)} />
);

const ordered = (order: MedicationRequest): readonly Fact[] => [
  ['Written down', order.authoredOn && formatDate(order.authoredOn)],
  ['By', referenceName(order.requester, order)],
  ['Why', order.reasonCode?.map(conceptText).join(', ')],
  ['Comment', order.note?.map(({ text }) => text).join(' ')],
];

/** What was found, written and done there. */
function FromVisit({ visit }: { readonly visit: Encounter }) {
  const { fhir } = usePortal();
  return (
    <Card title={t('From this visit')}>
      <Loaded query={useQuery(atVisitQuery(fhir, visit))} rows={3}>
        {({ found }) => {
          const list = happeningsAt(visit, found);
          return list.length === 0 ? (
            <EmptyState>{t('None on record.')}</EmptyState>
          ) : (
            <Happenings of={list} />
          );
        }}
      </Loaded>
    </Card>
  );
}
