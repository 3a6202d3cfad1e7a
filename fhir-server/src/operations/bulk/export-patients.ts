/** Whose records a Group's export holds, and those that a client names. */
import { type Issue, invalid, unprocessable } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import { readCondition } from '../../access/read-condition.ts';
import type { FhirRequest, Services } from '../../interactions/request.ts';
import { patientId } from '../../search/own-references.ts';
import { type GroupPatients, patientsOfGroup, readGroup } from '../group-members.ts';
import { isMatchGroup } from '../member-match/order.ts';
import { withoutRefusing } from '../member-match/refusals.ts';
import type { KickOffInput } from './kick-off-input.ts';

const CHUNK = 500;

export interface ExportedGroup extends GroupPatients {
  /** What is labelled as restricted stays here. */
  readonly withholdsRestricted: boolean;
}

/** Errors: 403, 404, 422 where it is no group of persons, or has a filter that can't be asked. */
export async function groupPatients(services: Services, { access, id }: FhirRequest): Promise<ExportedGroup> {
  const group = await readGroup(services, access, id);
  const found = await patientsOfGroup(services, access, group);
  // Asked as of a time, a population is what it has, not what it lacks.
  if (found.exclusions.length > 0)
    throw unprocessable('A Group that leaves out by a query can not be exported.', 'Group.modifierExtension');
  if (!isMatchGroup(group))
    return {
      ...found,
      unknown: [...found.unknown, ...(await notThere(services, access, found.members))],
      withholdsRestricted: false,
    };
  const members = await withoutRefusing(
    services.repository,
    access,
    found.members ?? new Set(),
    services.now(),
  );
  return { ...found, members, withholdsRestricted: true };
}

/** Members whose records are not here, where references may lead nowhere. */
async function notThere(
  services: Services,
  access: AccessContext,
  members: ReadonlySet<string> | undefined,
): Promise<Issue[]> {
  if (!members || services.repository.enforcesReferences || !readCondition(access, 'Patient', 's')) return [];
  const known = await existing(services, access, [...members]);
  return [...members.difference(known)].map((id) => ({
    severity: 'warning',
    code: 'not-found',
    diagnostics: `The member Patient/${id} is not known here, and nothing of them is exported.`,
    expression: 'Group.member',
  }));
}

/** `patient`: undefined where none is named. Errors: 400 for what is no Patient, is not there, or is not in the Group. */
export async function namedPatients(
  services: Services,
  request: FhirRequest,
  input: KickOffInput,
  members: ReadonlySet<string> | undefined,
): Promise<Set<string> | undefined> {
  const given = input.all('patient');
  if (given.length === 0) return undefined;
  if (request.query.some(([name]) => name === 'patient')) {
    input.leaveOut("'patient' is for kick-offs by POST: names of patients do not belong into a URL.");
    return undefined;
  }
  const ids = given.map((reference) => {
    const id = patientId(reference.replace(`${services.repository.baseUrl}/`, ''));
    if (!id) throw invalid("'patient' takes references to Patients.", 'Parameters.parameter');
    return id;
  });
  const known = members ?? (await existing(services, request.access, ids));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0)
    input.leaveOut(
      `${unknown.length} of the patients ${members ? 'are no members of the Group' : 'are not known here'}: ${unknown.slice(0, 10).join(', ')}.`,
    );
  return new Set(ids.filter((id) => known.has(id)));
}

async function existing(
  services: Services,
  access: AccessContext,
  ids: readonly string[],
): Promise<Set<string>> {
  const found = new Set<string>();
  if (!readCondition(access, 'Patient', 's')) return found;
  for (let at = 0; at < ids.length; at += CHUNK) {
    const some = ids.slice(at, at + CHUNK);
    const page = await services.repository.find(access, 'Patient', { kind: 'id', ids: some }, CHUNK);
    for (const { id } of page) found.add(id);
  }
  return found;
}
