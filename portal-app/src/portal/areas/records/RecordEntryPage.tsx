/** One entry of the record: what is known of it, what explains it; of a visit, its summary; of a document, its files. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useParams } from 'react-router';
import { markSeen } from '../../../device/seen.ts';
import { t } from '../../../i18n/text.ts';
import { type Entry, isKind, type KindName, kindOf, lineOf } from '../../../record/entries/kinds.ts';
import { entryQuery } from '../../../record/entries/queries.ts';
import { useNamed } from '../../../record/use-named.ts';
import { isWithdrawn } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { BackLink } from '../../../ui/BackLink.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { NotFoundPage } from '../../../ui/NotFoundPage.tsx';
import { Card, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
import { Explained } from '../../../views/Explained.tsx';
import { NotOpenPage } from '../../../views/NotOpenPage.tsx';
import { VisitSummary } from './VisitSummary.tsx';

export function RecordEntryPage() {
  const { type, id = '' } = useParams();
  const { fhir } = usePortal();
  if (!isKind(type)) return <NotFoundPage />;
  return fhir.offers(type) ? <One name={type} id={id} /> : <NotOpenPage />;
}

function One({ name, id }: { readonly name: KindName; readonly id: string }) {
  const { fhir } = usePortal();
  const query = useQuery(entryQuery(fhir, name, id));
  const kind = t(kindOf(name).title);
  useEffect(() => {
    if (query.data) markSeen(id);
  }, [id, query.data]);
  return (
    <>
      <BackLink to={`/records/${name}`}>{kind}</BackLink>
      <PageHead title={query.data ? lineOf(query.data).name : kind} />
      <Loaded query={query}>{(entry) => <Known entry={entry} />}</Loaded>
    </>
  );
}

/** Their note is who it was with, which stands among the facts. */
const NAMING: ReadonlySet<string> = new Set(['CareTeam', 'Encounter', 'DocumentReference']);

function Known({ entry: stored }: { readonly entry: Entry }) {
  const entry = useNamed(stored);
  const { name, note, concept, facts } = lineOf(entry);
  if (isWithdrawn(entry))
    return (
      <Card>
        <p>
          <Pill kind="warn">{t('Entered in error')}</Pill>
        </p>
        <p>{t('The clinic has taken this entry back: it does not count.')}</p>
      </Card>
    );
  return (
    <>
      <Card>
        {note && !NAMING.has(entry.resourceType) && (
          <p>
            <Pill kind="plain">{note}</Pill>
          </p>
        )}
        <Facts facts={facts.map(([label, value]) => [t(label), value] as const)} />
        {concept && (
          <p>
            <Explained concept={concept} name={name} />
          </p>
        )}
        {entry.resourceType === 'DocumentReference' &&
          entry.content.map(({ attachment }) => (
            <AttachedFile key={`${attachment.title} ${attachment.url}`} attachment={attachment} />
          ))}
      </Card>
      {entry.resourceType === 'Encounter' && <VisitSummary visit={entry} />}
    </>
  );
}
