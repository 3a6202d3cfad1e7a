/** What a change means to the patient: at most one notice a version, and none about what is long past (imports, sample data). */
import { inMilliseconds } from '@wellspring/profiles';
import { writerOf } from '../../access/authorship.ts';
import { labelsOf, NOT_FOR_PATIENTS } from '../../access/labels.ts';
import type { NoticeKind } from '../../repository/notices/notice-texts.ts';
import { proposedSlots } from '../../repository/visits/proposed-times.ts';
import { insteadOf, isOffer } from '../../repository/visits/waiting-list.ts';
import { patientId } from '../../search/own-references.ts';
import type { Change, StoredVersion } from '../../store/store.ts';

export interface Notice {
  readonly kind: NoticeKind;
  readonly patient: string;
  /** Told where this version of the patient could be reached: of a change of contacts, at those before it. */
  readonly at?: number;
  /** What has changed; undefined: nothing of the record. */
  readonly about?: { readonly type: string; readonly id: string };
  /** The same for the same event, whenever it is sent again: the Message-ID is made of it. */
  readonly key: string;
}

interface Resource {
  readonly resourceType: string;
  readonly status?: string;
  readonly start?: string;
  readonly sent?: string;
  readonly issued?: string;
  readonly lastModified?: string;
  readonly authoredOn?: string;
  readonly focus?: { readonly reference?: string };
  readonly sender?: { readonly reference?: string };
  readonly subject?: { readonly reference?: string };
  readonly beneficiary?: { readonly reference?: string };
  readonly for?: { readonly reference?: string };
  readonly participant?: readonly { readonly actor?: { readonly reference?: string } }[];
  readonly telecom?: readonly { readonly system?: string; readonly value?: string; readonly use?: string }[];
}

const RECENT_MS = 3 * 86_400_000;
const FINAL = ['final', 'amended', 'corrected'];
const DECIDED = ['completed', 'rejected', 'failed'];
const OWN = /^(Patient|RelatedPerson)\//;

/** Those of which something may be told. */
export const TOLD_TYPES: ReadonlySet<string> = new Set([
  'Appointment',
  'Communication',
  'Coverage',
  'DiagnosticReport',
  'Patient',
  'Task',
]);

/** `change`: of one of those types. `before`: the version that this one replaced. */
export function noticeOf(change: Change, before: StoredVersion | undefined, now: number): Notice | undefined {
  if (change.body === undefined) return undefined;
  const resource = JSON.parse(change.body) as Resource;
  if (isHidden(resource)) return undefined;
  const earlier = before?.body === undefined ? undefined : (JSON.parse(before.body) as Resource);
  const key = `${change.type}-${change.id}-${change.version}`;
  const about = { type: change.type, id: change.id };
  if (change.type === 'Patient')
    return earlier && contacts(earlier) !== contacts(resource)
      ? { kind: 'contact', patient: change.id, at: change.version - 1, about, key }
      : undefined;
  // What was kept from the patient until now is news, whatever it was before.
  const found = told(resource, earlier && isHidden(earlier) ? { ...earlier, status: '' } : earlier, now);
  return found && { ...found, about, key };
}

/** Kept from the patient, who would look for it in vain. */
const isHidden = (resource: Resource): boolean => labelsOf({ ...resource }).includes(NOT_FOR_PATIENTS.code);

const proposalsOf = (resource: Resource): string => proposedSlots({ ...resource }).join();

/** New ones; that there are none any more says something else. */
const sameProposals = (before: Resource, after: Resource): boolean =>
  proposalsOf(after) === '' || proposalsOf(before) === proposalsOf(after);

/** Changed by the clinic, not taken back by the patient. */
const isByClinic = (resource: Resource): boolean => writerOf({ ...resource }) === undefined;

/** Whoever changed them: somebody who is not the patient may have. */
const contacts = ({ telecom = [] }: Resource): string =>
  JSON.stringify(telecom.map(({ system, value, use }) => JSON.stringify([system, value, use])).sort());

function told(
  resource: Resource,
  before: Resource | undefined,
  now: number,
): Pick<Notice, 'kind' | 'patient'> | undefined {
  const isRecent = (time: string | undefined): boolean =>
    time !== undefined && now - inMilliseconds(time) < RECENT_MS;
  const isNew = (among: readonly string[]): boolean =>
    among.includes(resource.status ?? '') && !among.includes(before?.status ?? '');
  const about = (kind: NoticeKind, reference: string | undefined) => {
    const patient = patientId(reference);
    return patient === undefined ? undefined : { kind, patient };
  };
  const isToFillIn = ({ status, focus, authoredOn }: Resource): boolean =>
    status === 'ready' && focus?.reference?.startsWith('Questionnaire/') === true && isRecent(authoredOn);
  switch (resource.resourceType) {
    case 'Communication':
      return !before && !OWN.test(resource.sender?.reference ?? 'Patient/') && isRecent(resource.sent)
        ? about('message', resource.subject?.reference)
        : undefined;
    case 'DiagnosticReport':
      return isNew(FINAL) && isRecent(resource.issued)
        ? about('result', resource.subject?.reference)
        : undefined;
    case 'Task':
      if (!before && isToFillIn(resource)) return about('form', resource.for?.reference);
      return before && isNew(DECIDED) && isRecent(resource.lastModified)
        ? about('refill', resource.for?.reference)
        : undefined;
    case 'Coverage':
      return before?.status === 'draft' && isNew(['active', 'cancelled']) && isByClinic(resource)
        ? about('refill', resource.beneficiary?.reference)
        : undefined;
    case 'Appointment': {
      if (isOffer({ ...resource }))
        return before?.status === 'waitlist' ? about('offer', patientOf(resource)) : undefined;
      if (isNew(['waitlist']) && before?.status === 'proposed') return about('visit', patientOf(resource));
      if (before && !sameProposals(before, resource) && isByClinic(resource))
        return about('visit', patientOf(resource));
      // The visit that they have is what they are told of.
      if (
        insteadOf({ ...resource }) !== undefined &&
        resource.status === 'cancelled' &&
        before?.status !== 'booked'
      )
        return undefined;
      const isDeclined =
        before !== undefined && resource.start === undefined && isNew(['cancelled']) && isByClinic(resource);
      if (isDeclined) return about('visit', patientOf(resource));
      const isComing = resource.start !== undefined && inMilliseconds(resource.start) > now;
      const isMoved =
        before !== undefined &&
        before.status === 'booked' &&
        resource.status === 'booked' &&
        before.start !== resource.start;
      const isToTell =
        isComing && (isNew(['booked']) || (before !== undefined && isNew(['cancelled'])) || isMoved);
      return isToTell ? about('visit', patientOf(resource)) : undefined;
    }
    default:
      return undefined;
  }
}

export const patientOf = ({ participant = [] }: Pick<Resource, 'participant'>): string | undefined =>
  participant.map(({ actor }) => actor?.reference).find((reference) => reference?.startsWith('Patient/'));
