/** What a report has besides its lines: pictures (Media), and imaging studies with the way to a viewer where the clinic has one. */
import type {
  Attachment,
  DiagnosticReport,
  Endpoint,
  ImagingStudy,
  Media,
  Resource,
} from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { idOf } from '../../format/reference.ts';
import { conceptText } from '../../format/words.ts';
import { plural } from '../../i18n/text.ts';
import { type Fhir, listOf } from '../../smart/fhir.ts';

export interface Imaging {
  readonly id: string;
  readonly title: string;
  readonly started: string | undefined;
  /** `12 pictures`; '' where it is not said. */
  readonly amount: string;
  /** Of a viewer; undefined: there is none. */
  readonly viewer: string | undefined;
}

export interface Pictures {
  readonly files: readonly Attachment[];
  readonly studies: readonly Imaging[];
}

export const hasPictures = ({ media = [], imagingStudy = [] }: DiagnosticReport): boolean =>
  media.length + imagingStudy.length > 0;

export const picturesQuery = (fhir: Fhir, report: DiagnosticReport) =>
  queryOptions({
    queryKey: ['pictures', report.id, report.meta?.versionId],
    queryFn: () => readPictures(fhir, report),
    enabled: hasPictures(report),
  });

async function readPictures(fhir: Fhir, report: DiagnosticReport): Promise<Pictures> {
  const ids = (references: readonly ({ readonly reference?: string } | undefined)[], type: string) =>
    references.flatMap((each) => idOf(each, type) ?? []).join(',');
  const media = ids(
    (report.media ?? []).map(({ link }) => link),
    'Media',
  );
  const studies = ids(report.imagingStudy ?? [], 'ImagingStudy');
  const asked = [
    ...(media ? [`Media?_id=${media}`] : []),
    ...(studies ? [`ImagingStudy?_id=${studies}&_include=ImagingStudy:endpoint`] : []),
  ];
  const answers = asked.length === 0 ? [] : await fhir.batch(asked);
  const found = answers.flatMap((answer) => listOf<Resource>(answer) ?? []);
  return picturesOf(report, found);
}

/** `found`: Media, ImagingStudy and Endpoint, in any order. */
export function picturesOf(report: DiagnosticReport, found: readonly Resource[]): Pictures {
  const byName = new Map(found.map((each) => [`${each.resourceType}/${each.id}`, each]));
  const files = (report.media ?? []).flatMap(({ link, comment }) => {
    const media = byName.get(link?.reference ?? '') as Media | undefined;
    const title = comment ?? media?.content.title;
    return media ? { ...media.content, ...(title === undefined ? {} : { title }) } : [];
  });
  const studies = (report.imagingStudy ?? []).flatMap((reference) => {
    const study = byName.get(reference.reference ?? '') as ImagingStudy | undefined;
    return study ? imagingOf(study, byName) : [];
  });
  return { files, studies };
}

function imagingOf(study: ImagingStudy, byName: ReadonlyMap<string, Resource>): Imaging {
  const inside = new Map((study.contained ?? []).map((each) => [`#${each.id}`, each]));
  const named = [study.endpoint, ...(study.series ?? []).map(({ endpoint }) => endpoint)].flat();
  const endpoints = named.flatMap(
    (each) => (inside.get(each?.reference ?? '') ?? byName.get(each?.reference ?? '') ?? []) as Endpoint,
  );
  const count = study.numberOfInstances ?? 0;
  return {
    id: study.id ?? '',
    title: study.description ?? conceptText(study.procedureCode?.[0] ?? { coding: study.modality ?? [] }),
    started: study.started,
    amount: count > 0 ? plural(count, '1 picture', '{count} pictures') : '',
    viewer: endpoints.flatMap((each) => viewerOf(each, study) ?? [])[0],
  };
}

/** Those that speak to machines: DICOMweb, FHIR, HL7 version 2, XDS, Direct, mail. */
const FOR_MACHINES = /^(dicom-|hl7|ihe-x|direct-|secure-email)/;
/** Invoke Image Display (IHE RAD-106) is asked for a study by its DICOM UID. */
const IMAGE_DISPLAY = 'ihe-iid';

/** An address that a person can open: of a place that is in use, by https, without a name or password in it. */
function viewerOf(
  { resourceType, status, connectionType, address }: Partial<Endpoint>,
  study: ImagingStudy,
): string | undefined {
  const url = resourceType === 'Endpoint' && status === 'active' ? URL.parse(address ?? '') : null;
  const kind = connectionType?.code ?? '';
  if (url?.protocol !== 'https:' || url.username || url.password || FOR_MACHINES.test(kind)) return undefined;
  if (kind !== IMAGE_DISPLAY) return url.href;
  const uid = study.identifier?.find(({ system }) => system === 'urn:dicom:uid')?.value;
  const number = /^(?:urn:oid:)?([\d.]+)$/.exec(uid ?? '')?.[1];
  if (number === undefined) return undefined;
  url.searchParams.set('requestType', 'STUDY');
  url.searchParams.set('studyUID', number);
  return url.href;
}
