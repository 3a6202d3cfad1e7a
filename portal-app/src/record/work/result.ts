/**
 * A result decided: released with the clinician's words, or withheld from the patient's portal for one of the reasons that the law knows (45 CFR 171.201: it would
 * put somebody in danger; 171.202: privacy, among it the patient's own wish). What is withheld is final for colleagues and labelled for the patient's side (R18).
 */
import type { DiagnosticReport, Observation, Resource, Task } from '@medplum/fhirtypes';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { instantText } from '../../format/clinic-clock.ts';
import { conceptText } from '../../format/words.ts';
import type { Text } from '../../i18n/text.ts';
import type { Change, Fhir, FhirApi } from '../../smart/fhir.ts';
import { isSeenByPatient, NOT_FOR_PATIENTS } from '../patient/kept-from.ts';
import { containedResults } from '../results/contained.ts';
import type { By } from '../staff/use-by.ts';
import { messageOf, sentWith } from './answer.ts';
import { decide, decided } from './decide.ts';
import { focusOf, readFocus } from './focus.ts';

/** null: there is none of this patient's. */
export const releaseQuery = (fhir: Fhir, task: Task) =>
  queryOptions({
    // What another version of it brings back is read anew: nobody decides about what it said before.
    queryKey: ['release', fhir.patient, task.focus?.reference ?? '', task.id, task.meta?.versionId],
    placeholderData: keepPreviousData,
    queryFn: () =>
      focusOf(task, 'Observation') === undefined ? reportOf(fhir, task) : valueAlone(fhir, task),
  });

export interface Results {
  readonly report: DiagnosticReport;
  readonly results: readonly Observation[];
}

async function reportOf(fhir: Fhir, task: Task): Promise<Results | null> {
  const page = await readFocus<DiagnosticReport>(fhir, task, 'DiagnosticReport', {
    _include: 'DiagnosticReport:result',
    '_include:iterate': 'Observation:has-member',
  });
  return (
    page && {
      report: page.found,
      results: [...valuesOf(page.included), ...containedResults(page.found)],
    }
  );
}

const valuesOf = (included: readonly Resource[]): readonly Observation[] =>
  included.filter((each): each is Observation => each.resourceType === 'Observation');

/** A critical value that came before the report that will tell it, as such a report would. */
async function valueAlone(fhir: Fhir, task: Task): Promise<Results | null> {
  const page = await readFocus<Observation>(fhir, task, 'Observation', {
    '_include:iterate': 'Observation:has-member',
  });
  if (!page) return null;
  const { id, code, meta, issued } = page.found;
  const members = valuesOf(page.included);
  return {
    report: {
      resourceType: 'DiagnosticReport',
      status: 'partial',
      code,
      result: [{ reference: `Observation/${id}` }],
      ...(meta ? { meta } : {}),
      ...(issued ? { issued } : {}),
    },
    results: [page.found, ...members],
  };
}

const UNRELEASED = ['registered', 'partial', 'preliminary'];

/** Kept from the patient although it is finished: it came, or was put right, since somebody decided so. */
export const isWithheld = (report: DiagnosticReport): boolean =>
  !isUnreleased(report) && !isSeenByPatient(report);

const isUnreleased = ({ status }: DiagnosticReport | Observation): boolean => UNRELEASED.includes(status);

function labelled<T extends Resource>(resource: T, isKept: boolean): T {
  const { security = [], ...meta } = resource.meta ?? {};
  const others = security.filter(
    ({ system, code }) => system !== NOT_FOR_PATIENTS.system || code !== NOT_FOR_PATIENTS.code,
  );
  const labels = isKept ? [...others, NOT_FOR_PATIENTS] : others;
  return { ...resource, meta: { ...meta, ...(labels.length > 0 ? { security: labels } : {}) } };
}

/** Everything that the report is made of, final. */
function finalOf({ report, results }: Results, comment: string, isKept: boolean): Change[] {
  const inside = containedResults(report);
  const final: DiagnosticReport = {
    ...report,
    ...(inside.length > 0 ? { contained: report.contained?.map(finished) as Resource[] } : {}),
    // What the laboratory put right stays known as put right.
    status: isUnreleased(report) ? 'final' : report.status,
    issued: new Date().toISOString(),
    ...(comment.trim() ? { conclusion: withWords(comment.trim(), report.conclusion) } : {}),
  };
  return [
    ...results
      // What the report carries in itself goes with it.
      .filter((each) => !inside.includes(each))
      .filter((each) => isUnreleased(each) || isSeenByPatient(each) === isKept)
      .map((each) => ({
        resource: labelled(finished(each), isKept),
      })),
    { resource: labelled(final, isKept) },
  ];
}

const finished = <T extends Resource>(each: T): T =>
  each.resourceType === 'Observation' && isUnreleased(each) ? { ...each, status: 'final' } : each;

/** What the laboratory or whoever read the picture concluded stays: the clinician's words to the patient come before it. */
const withWords = (words: string, concluded: string | undefined): string =>
  concluded === undefined || concluded.includes(words) ? (concluded ?? words) : `${words}\n\n${concluded}`;

interface Release {
  readonly by: By;
  readonly found: Results;
  readonly comment: string;
  readonly identity: string;
}

export const releaseResult = (
  fhir: FhirApi,
  task: Task,
  { by, found, comment, identity }: Release,
): Promise<void> =>
  decide(fhir, decided(task, by, { status: 'completed' }), finalOf(found, comment, false), identity);

/** What a clinician may say: nothing else keeps a result from whom it is of. */
export const REASONS: Readonly<Record<string, Text>> = {
  harm: 'Reading it now is reasonably likely to endanger the life or safety of the patient or another person',
  wish: 'The patient asked not to have it shown',
  privacy: 'It tells of another person, or a law on privacy forbids it',
};

export function withholdResult(
  fhir: FhirApi,
  task: Task,
  { reason, ...release }: Release & { readonly reason: string },
): Promise<void> {
  return decide(
    fhir,
    decided(task, release.by, { status: 'completed', reason }),
    finalOf(release.found, release.comment, true),
    release.identity,
  );
}

/** Kept until then by the label; the server takes it away when the day has come (fhir-server jobs/put-off.ts). `day`: YYYY-MM-DD, from its morning on at the clinic. */
export function releaseLater(
  fhir: FhirApi,
  task: Task,
  { day, ...release }: Release & { readonly day: string },
): Promise<void> {
  const at = instantText(day, '08:00');
  const put: Task = { ...task, executionPeriod: { start: at, end: at } };
  return decide(
    fhir,
    decided(put, release.by, { status: 'on-hold' }),
    finalOf(release.found, release.comment, true),
    release.identity,
  );
}

/** Taken note of, by whoever ordered it or takes their place; with a message to the patient, where there is something to say. */
export function acknowledge(
  fhir: FhirApi,
  task: Task,
  {
    by,
    report,
    text,
    identity,
  }: {
    readonly by: By;
    readonly report: DiagnosticReport;
    readonly text: string;
    readonly identity: string;
  },
): Promise<void> {
  // It goes to the patient, whoever sent the report.
  const { requester: _, ...about } = task;
  const words = { topic: conceptText(report.code), text };
  if (text.trim() === '') return decide(fhir, decided(task, by, { status: 'completed' }), [], identity);
  const { change, output } = sentWith(task, messageOf(about, by, words, undefined), identity);
  return decide(fhir, decided(task, by, { status: 'completed', output }), [change], identity);
}
