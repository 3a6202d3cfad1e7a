/**
 * What a clinician does to an entry of a list: confirm, correct, end, bring back, take back. Each is the resource as it is to be; it is sent for the version that
 * was read, and for no other (If-Match).
 */
import type { AllergyIntolerance, Annotation, CodeableConcept, Condition, List } from '@medplum/fhirtypes';
import { today } from '../../format/clinic-clock.ts';
import { termName } from '../../format/clinical.ts';
import { dayNamed } from '../../format/date.ts';
import { isHad } from '../../format/had.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { createOnce } from '../../smart/once.ts';
import type { By } from '../staff/use-by.ts';
import {
  conceptOf,
  isCurrent,
  type KeptList,
  LISTS,
  type Listed,
  type ListName,
  LOINC,
  statusOf,
} from './queries.ts';

type Diagnosed = AllergyIntolerance | Condition;

const TERMS = 'http://terminology.hl7.org/CodeSystem';
const SYSTEMS = {
  Condition: { clinical: `${TERMS}/condition-clinical`, verification: `${TERMS}/condition-ver-status` },
  AllergyIntolerance: {
    clinical: `${TERMS}/allergyintolerance-clinical`,
    verification: `${TERMS}/allergyintolerance-verification`,
  },
};

const isDiagnosed = (entry: Listed): entry is Diagnosed =>
  entry.resourceType === 'Condition' || entry.resourceType === 'AllergyIntolerance';

function clinical(entry: Diagnosed, code: string): CodeableConcept {
  return { coding: [{ system: SYSTEMS[entry.resourceType].clinical, code }] };
}

function verification(entry: Diagnosed, code: string): CodeableConcept {
  return { coding: [{ system: SYSTEMS[entry.resourceType].verification, code }] };
}

/** Somebody of the care team says that it is so. */
export const confirmed = (entry: Diagnosed): Diagnosed => ({
  ...entry,
  verificationStatus: verification(entry, 'confirmed'),
});

export interface End {
  /** YYYY-MM-DD */
  readonly date: string;
  readonly why: string;
}

/** Over, on record with its day. */
export function ended(entry: Listed, { date, why }: End, by: By): Listed {
  const noted = <T extends Listed>(of: T): T => withNote(of, why, by);
  switch (entry.resourceType) {
    case 'Condition': {
      const {
        abatementAge: _a,
        abatementPeriod: _p,
        abatementRange: _r,
        abatementString: _s,
        ...rest
      } = entry;
      return noted({ ...rest, clinicalStatus: clinical(entry, 'resolved'), abatementDateTime: date });
    }
    case 'AllergyIntolerance':
      return noted({ ...entry, clinicalStatus: clinical(entry, 'resolved') });
    case 'MedicationRequest':
      return noted({
        ...entry,
        status: 'stopped',
        ...(why.trim() === '' ? {} : { statusReason: { text: why.trim() } }),
      });
    default: {
      const { effectiveDateTime, ...rest } = entry;
      const start = entry.effectivePeriod?.start ?? effectiveDateTime;
      return noted({
        ...rest,
        status: 'stopped',
        effectivePeriod: { ...(start ? { start } : {}), end: date },
      });
    }
  }
}

/** It was ended by mistake, or has come back. `before`: the last version of it that was current. */
export function broughtBack(entry: Listed, before?: Listed): Listed {
  const status = before && isCurrent(before) ? statusOf(before) : undefined;
  switch (entry.resourceType) {
    case 'Condition': {
      const {
        abatementDateTime: _d,
        abatementAge: _a,
        abatementPeriod: _p,
        abatementRange: _r,
        abatementString: _s,
        ...rest
      } = entry;
      return { ...rest, clinicalStatus: clinical(entry, status ?? 'active') };
    }
    case 'AllergyIntolerance':
      return { ...entry, clinicalStatus: clinical(entry, status ?? 'active') };
    case 'MedicationRequest': {
      const { statusReason: _, ...rest } = entry;
      return { ...rest, status: status === 'on-hold' ? status : 'active' };
    }
    default: {
      const { end: _, ...period } = entry.effectivePeriod ?? {};
      return { ...entry, status: 'active', ...(entry.effectivePeriod ? { effectivePeriod: period } : {}) };
    }
  }
}

/** It was no error: as the last version before says, else as nobody has confirmed it. All else of it, labels too, is as it is now. */
export function putBack(entry: Listed, before: Listed | undefined): Listed {
  if (!isDiagnosed(entry)) {
    const status = before?.resourceType === entry.resourceType ? before.status : 'unknown';
    return { ...entry, status } as Listed;
  }
  const was = before && isDiagnosed(before) ? before : undefined;
  const { clinicalStatus: _, verificationStatus: _v, ...rest } = entry;
  if (!was)
    return {
      ...rest,
      clinicalStatus: clinical(entry, 'active'),
      verificationStatus: verification(entry, 'unconfirmed'),
    };
  const { clinicalStatus, verificationStatus } = was;
  return {
    ...rest,
    ...(clinicalStatus ? { clinicalStatus } : {}),
    ...(verificationStatus ? { verificationStatus } : {}),
  };
}

/** Never true: it counts nowhere any more, and stays on record (con-5, ait-2: without a clinical status). */
export function takenBack(entry: Listed): Listed {
  if (!isDiagnosed(entry)) return { ...entry, status: 'entered-in-error' };
  const { clinicalStatus: _, ...rest } = entry;
  return { ...rest, verificationStatus: verification(entry, 'entered-in-error') };
}

export interface Correction {
  readonly name: string;
  /** YYYY, YYYY-MM or YYYY-MM-DD; '': not known. */
  readonly since: string;
  readonly note: string;
}

/** A name that was changed is no longer what the codes say: they go with it. */
export function corrected(entry: Diagnosed, { name, since, note }: Correction, by: By): Diagnosed {
  const before = conceptOf(entry);
  const text = name.trim();
  const isSame = text === termName(before);
  const code = isSame && before ? before : { text };
  return withNote({ ...sinceWhen(entry, since), code }, note, by);
}

/** Of several ways to say it, one (onset[x]): a day that was given takes the place of an age or of words; what was not touched stays to the letter. */
function sinceWhen(entry: Diagnosed, since: string): Diagnosed {
  const { onsetDateTime, ...undated } = entry;
  if (since === dayNamed(onsetDateTime)) return entry;
  if (since === '') return undated;
  const { onsetAge: _a, onsetPeriod: _p, onsetRange: _r, onsetString: _s, ...rest } = undated;
  return { ...rest, onsetDateTime: since };
}

function withNote<T extends Listed>(entry: T, text: string, by: By): T {
  if (text.trim() === '') return entry;
  const added: Annotation = {
    authorReference: by,
    time: new Date().toISOString(),
    text: text.trim(),
  };
  return { ...entry, note: [...(entry.note ?? []), added] };
}

/** Something new on a list, by its name. */
export function addEntry(
  fhir: Fhir,
  list: ListName,
  { name, detail }: { readonly name: string; readonly detail: string },
  by: By,
  identity: string,
): Promise<Listed> {
  return createOnce(fhir, newEntry(fhir, list, name.trim(), detail.trim(), by), identity);
}

function newEntry({ patient }: Fhir, list: ListName, name: string, detail: string, by: By): Listed {
  const now = new Date().toISOString();
  const subject = { reference: `Patient/${patient}` } as const;
  const concept = { text: name };
  if (list === 'problems')
    return withNote(
      {
        resourceType: 'Condition',
        clinicalStatus: { coding: [{ system: SYSTEMS.Condition.clinical, code: 'active' }] },
        verificationStatus: { coding: [{ system: SYSTEMS.Condition.verification, code: 'confirmed' }] },
        category: [{ coding: [{ system: `${TERMS}/condition-category`, code: 'problem-list-item' }] }],
        code: concept,
        subject,
        recordedDate: now,
        recorder: by,
      },
      detail,
      by,
    );
  if (list === 'allergies')
    return {
      resourceType: 'AllergyIntolerance',
      clinicalStatus: { coding: [{ system: SYSTEMS.AllergyIntolerance.clinical, code: 'active' }] },
      verificationStatus: {
        coding: [{ system: SYSTEMS.AllergyIntolerance.verification, code: 'confirmed' }],
      },
      code: concept,
      patient: subject,
      recordedDate: now,
      recorder: by,
      ...(detail === '' ? {} : { reaction: [{ manifestation: [{ text: detail }] }] }),
    };
  return {
    resourceType: 'MedicationStatement',
    status: 'active',
    medicationCodeableConcept: concept,
    subject,
    informationSource: by,
    effectivePeriod: { start: today() },
    dateAsserted: now,
    ...(detail === '' ? {} : { dosage: [{ text: detail }] }),
  };
}

/** All that is current was looked at and is right: a List with who said so and when, one of each kind. */
export function markReviewed(fhir: Fhir, { name, entries = [], reviewed }: KeptList, by: By): Promise<List> {
  const { code, title } = LISTS[name];
  const now = new Date().toISOString();
  const list: List = {
    ...reviewed,
    resourceType: 'List',
    status: 'current',
    mode: 'working',
    title,
    code: { coding: [{ system: LOINC, code }] },
    subject: { reference: `Patient/${fhir.patient}` },
    date: now,
    source: by,
    entry: entries
      .filter((each) => isCurrent(each) && isHad(each))
      .map((each) => ({
        item: { reference: `${each.resourceType}/${each.id}` } as never,
      })),
  };
  const { entry, ...rest } = list;
  const kept: List =
    entry && entry.length > 0
      ? list
      : { ...rest, emptyReason: { coding: [{ system: `${TERMS}/list-empty-reason`, code: 'nilknown' }] } };
  return reviewed
    ? fhir.update(kept)
    : fhir.create(kept, `patient=${fhir.patient}&code=${LOINC}|${code}&status=current`);
}
