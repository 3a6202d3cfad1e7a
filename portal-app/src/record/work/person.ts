/** Who the patient is, and how they are reached, as the clinic says it: corrections taken over element by element, contacts confirmed or taken out. */
import type { ContactPoint, HumanName, Patient, Task } from '@medplum/fhirtypes';
import { today } from '../../format/clinic-clock.ts';
import { requireRight } from '../../format/field-problem.ts';
import { officialName } from '../../format/words.ts';
import type { FhirApi } from '../../smart/fhir.ts';
import type { By } from '../staff/use-by.ts';
import { decide, decided } from './decide.ts';

/** As fhir-server marks what the patient's side wrote (docs/decisions/0012). */
const UNCONFIRMED = 'urn:wellspring:unconfirmed-contact';

export interface Identity {
  readonly given: string;
  readonly family: string;
  readonly birthDate: string;
  readonly gender: string;
}

export function identityOf({ name, birthDate, gender }: Patient): Identity {
  const official = officialName({ name });
  return {
    given: official?.given?.join(' ') ?? '',
    family: official?.family ?? '',
    birthDate: birthDate ?? '',
    gender: gender ?? '',
  };
}

/** Where the birth date is. */
export const bornId = ({ id }: Task): string => `born-${id}`;

/** The name where it is on record in one piece, and its parts are not. */
export const nameInOnePiece = ({ name }: Patient): string | undefined => {
  const { text, given, family } = officialName({ name }) ?? {};
  return given?.length || family ? undefined : text;
};

/** What is as it was stays to the letter; a name that changes is kept as an old one. */
export function withIdentity(patient: Patient, after: Identity): Patient {
  const before = identityOf(patient);
  const isRenamed = after.given !== before.given || after.family !== before.family;
  const names = patient.name ?? [];
  const official = officialName(patient);
  const { text: _, ...rest } = official ?? {};
  const { given: _given, family: _family, ...kept } = rest;
  const given = after.given.trim().split(/\s+/).filter(Boolean);
  const family = after.family.trim();
  const renamed: HumanName = {
    ...kept,
    ...(given.length > 0 ? { given } : {}),
    ...(family ? { family } : {}),
  };
  const old: HumanName[] = official ? [{ ...official, use: 'old' }] : [];
  return {
    ...patient,
    ...(isRenamed ? { name: [renamed, ...names.filter((each) => each !== official), ...old] } : {}),
    ...(after.birthDate === before.birthDate ? {} : { birthDate: after.birthDate }),
    ...(after.gender === before.gender ? {} : { gender: after.gender as NonNullable<Patient['gender']> }),
  };
}

export const isUnconfirmed = ({ extension = [] }: ContactPoint): boolean =>
  extension.some(({ url }) => url === UNCONFIRMED);

/** `right`: places of contacts that are confirmed; others that were not confirmed are taken out. */
export function withConfirmed(patient: Patient, right: readonly number[]): Patient {
  const telecom = (patient.telecom ?? []).flatMap((each, i) => {
    if (!isUnconfirmed(each)) return [each];
    if (!right.includes(i)) return [];
    const { extension = [], ...contact } = each;
    const others = extension.filter(({ url }) => url !== UNCONFIRMED);
    return [others.length > 0 ? { ...contact, extension: others } : contact];
  });
  const { telecom: _, ...rest } = patient;
  return telecom.length > 0 ? { ...rest, telecom } : rest;
}

export const changePerson = (
  fhir: FhirApi,
  task: Task,
  { by, patient, identity }: { readonly by: By; readonly patient: Patient; readonly identity: string },
): Promise<void> =>
  decide(fhir, decided(task, by, { status: 'completed' }), [{ resource: patient }], identity);

/** Throws FieldProblem. */
export const requireBorn = (task: Task, birthDate: string): void =>
  requireRight(bornId(task), birthDate > today() && 'A birth date is never still to come.');
