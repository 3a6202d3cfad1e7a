/** What staff may not do by a write: open a record to themselves, undo what binds them, or keep from a patient what was told of an emergency. */
import { describe, expect, it } from 'vitest';
import { asPatient, contextOf, createMemory, type Resource, ref } from '../../test/in-memory.ts';
import type { QueryNode } from '../search/query.ts';
import type { AccessContext } from './access-context.ts';
import type { ConsentRule, Provision } from './consent-rules.ts';
import { KEPT } from './own-marks.ts';
import { BROADCAST, type StaffMember } from './reach.ts';
import { readCondition } from './read-condition.ts';
import {
  changeable,
  checkStaffChange,
  checkStaffWrite,
  lastingBound,
  makesRelation,
  nameable,
  WATCHED,
  withinBound,
} from './staff-writes.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const doc: StaffMember = {
  practitioner: 'doc',
  roles: [
    { id: 'north-role', organization: 'Organization/north', codes: [] },
    { id: 'south-role', organization: 'Organization/south', codes: [] },
  ],
};
const SELVES = ['Practitioner/doc', 'PractitionerRole/north-role', 'PractitionerRole/south-role'];
const only = (...ids: string[]): QueryNode => ({ kind: 'id', ids });

interface Given {
  readonly reach?: QueryNode;
  readonly lasting?: QueryNode;
  readonly rules?: readonly ConsentRule[];
}

/** A token of doc's, for everything within `reach`; Consents as they bind. */
function token({ reach, lasting, rules }: Given = {}): AccessContext {
  const access = contextOf('user/*.cruds', { user: 'Practitioner/doc' });
  const consents = { actors: new Set(SELVES), at: NOW, opened: undefined, rules: rules ?? [] };
  return {
    ...access,
    scopes: access.scopes.map((scope) => ({
      ...scope,
      ...(reach ? { reach } : {}),
      ...(lasting ? { lasting } : {}),
    })),
    staff: {
      member: doc,
      glassMinutes: 60,
      broadcastsTo: 10,
      broadcastsFor: [],
      oversees: false,
      tellPatient: true,
      sharedPatients: false,
      opened: only(),
    },
    ...(rules ? { consents } : {}),
  };
}
const denial = (patient: string): ConsentRule => ({ id: 'c', patient, provision: { type: 'deny' } });

const records = createMemory(
  ['a', 'b', 'c'].flatMap((id): Resource[] => [
    { resourceType: 'Patient', id },
    { resourceType: 'Task', id: `of-${id}`, for: ref(`Patient/${id}`) },
  ]),
);
const found = (type: string, where: QueryNode | undefined) => where && records(type, where);

const statusOf = (work: () => void): unknown => {
  try {
    work();
    return 'allowed';
  } catch (error) {
    return (error as { status: number }).status;
  }
};

describe('what staff may change', () => {
  it('lies within their reach, and is left to them by Consents', () => {
    const reach = only('a', 'b');
    for (const interaction of ['u', 'd'] as const) {
      expect(found('Task', changeable(token({ reach }), interaction, 'Task'))).toEqual(['of-a', 'of-b']);
      expect(found('Patient', changeable(token({ reach }), interaction, 'Patient'))).toEqual(['a', 'b']);
      const bound = token({ reach, rules: [denial('a')] });
      expect(found('Task', changeable(bound, interaction, 'Task'))).toEqual(['of-b']);
      const everybody = token({ rules: [denial('a')] });
      expect(found('Task', changeable(everybody, interaction, 'Task'))).toEqual(['of-b', 'of-c']);
    }
  });

  it('has no bound where neither their role nor a Consent makes one', () => {
    expect(changeable(token(), 'u', 'Task')).toBeUndefined();
    expect(changeable(token({ rules: [] }), 'u', 'Task')).toBeUndefined();
    const { consents } = token({ rules: [denial('a')] });
    const patient = { ...asPatient('a'), ...(consents ? { consents } : {}) };
    expect(changeable(patient, 'u', 'Task')).toBeUndefined();
  });

  it('names Patients within the bound of the write, and none whom a Consent hides', () => {
    const bound = only('a', 'b');
    expect(found('Patient', nameable(token(), undefined))).toEqual(['a', 'b', 'c']);
    expect(found('Patient', nameable(token(), bound))).toEqual(['a', 'b']);
    expect(found('Patient', nameable(token({ rules: [denial('b')] }), bound))).toEqual(['a']);
    expect(found('Patient', nameable(token({ rules: [denial('b')] }), undefined))).toEqual(['a', 'c']);
  });

  it('refers to what lies within that bound, whichever record they came from', () => {
    const reader = withinBound(token({ reach: only('b') }), only('a'));
    expect(found('Task', readCondition(reader, 'Task', 'r'))).toEqual(['of-a']);
    expect(found('Patient', readCondition(reader, 'Patient', 's'))).toEqual(['a']);
  });

  it('opens nothing for longer by what is open in an emergency only', () => {
    const emergency = token({ reach: only('a', 'b'), lasting: only('a') });
    expect(found('Patient', lastingBound(emergency, 'c', 'CareTeam'))).toEqual(['a']);
    expect(found('Patient', lastingBound(token({ reach: only('a') }), 'c', 'CareTeam'))).toEqual([]);
    expect(lastingBound(token(), 'c', 'CareTeam')).toBeUndefined();
    expect(lastingBound(asPatient('a'), 'c', 'CareTeam')).toBeUndefined();
  });
});

describe('a write that makes the writer somebody’s', () => {
  const other = ref('Practitioner/other');
  const makes = (resource: object, before?: object, access = token()): boolean =>
    makesRelation(access, resource as never, before as never);
  const visit = (who: unknown) => ({ resourceType: 'Encounter', participant: [{ individual: who }] });

  it.each(SELVES)('is one of the kinds that open records, and names them: %s', (self) => {
    expect(makes(visit(ref(self)))).toBe(true);
    expect(
      makes({ resourceType: 'Appointment', participant: [{ actor: other }, { actor: ref(self) }] }),
    ).toBe(true);
    expect(makes({ resourceType: 'CareTeam', participant: [{ member: ref(self) }] })).toBe(true);
    expect(makes({ resourceType: 'Task', owner: ref(self) })).toBe(false);
  });

  it('does not, where it names others, or nobody by a reference', () => {
    for (const who of [other, ref('Practitioner/doc2'), ref('Patient/doc'), { display: 'Doc' }, ref('#doc')])
      expect(makes(visit(who)), JSON.stringify(who)).toBe(false);
    expect(makes({ resourceType: 'Encounter' })).toBe(false);
  });

  it('is a change of whose patient somebody is: their practitioner or their organization', () => {
    const patient = (more: object = {}) => ({ resourceType: 'Patient', id: 'a', ...more });
    expect(makes(patient({ generalPractitioner: [ref('Practitioner/doc')] }), patient())).toBe(true);
    expect(makes(patient({ managingOrganization: ref('Organization/north') }), patient())).toBe(true);
    expect(makes(patient(), patient({ managingOrganization: ref('Organization/north') }))).toBe(true);
    expect(makes(patient({ birthDate: '2000-01-01' }), patient())).toBe(false);
    const same = { managingOrganization: ref('Organization/north'), generalPractitioner: [other] };
    expect(makes(patient({ ...same, birthDate: '2000-01-01' }), patient(same))).toBe(false);
    // A new Patient has a rule of its own.
    expect(makes(patient({ generalPractitioner: [ref('Practitioner/doc')] }))).toBe(false);
  });

  it('is a matter of staff alone', () => {
    const { staff: _, ...system } = token();
    expect(makes(visit(ref('Practitioner/doc')), undefined, system)).toBe(false);
    expect(makes({ resourceType: 'Patient', generalPractitioner: [other] }, {}, system)).toBe(false);
  });
});

describe('a Consent that permits its writer', () => {
  const permit = (reference: string): Provision => ({
    type: 'permit',
    actor: [{ reference: ref(reference) }],
  });
  const consent = (provision: Provision, more: object = {}) => ({
    resourceType: 'Consent',
    status: 'active',
    patient: ref('Patient/a'),
    provision,
    ...more,
  });
  const writes = (resource: object, isBound = true) =>
    statusOf(() => checkStaffWrite(token(), 'c', resource as never, isBound));

  it.each(SELVES)('is for somebody else to write down: %s', (self) => {
    expect(writes(consent(permit(self)))).toBe(403);
    expect(writes(consent(permit(self), { id: 'known' }))).toBe(403);
    expect(writes(consent({ type: 'deny', provision: [permit(self)] }))).toBe(403);
  });

  it('may be written of others, as a draft, or by who may open every record anyway', () => {
    expect(writes(consent(permit('Practitioner/other')))).toBe('allowed');
    expect(writes(consent({ ...permit('Practitioner/doc'), type: 'deny' }))).toBe('allowed');
    expect(writes(consent(permit('Practitioner/doc'), { status: 'draft' }))).toBe('allowed');
    expect(writes(consent(permit('Practitioner/doc')), false)).toBe('allowed');
    expect(writes({ ...consent(permit('Practitioner/doc')), resourceType: 'Contract' })).toBe('allowed');
  });
});

describe('a new Patient', () => {
  it.each([
    ['Organization/north', 'allowed'],
    ['Organization/south', 'allowed'],
    ['Organization/else', 403],
  ])('of %s, by somebody who works at two, is %s', (organization, expected) => {
    const patient = { resourceType: 'Patient', managingOrganization: ref(organization) };
    expect(statusOf(() => checkStaffWrite(token(), 'c', patient, true))).toBe(expected);
  });
});

describe('what is stored and binds or tells of staff', () => {
  const changes = (before: object, access = token({ rules: [] })) =>
    statusOf(() => checkStaffChange(access, before as never));
  const emergency = {
    resourceType: 'Consent',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'ETREAT' }] },
    ],
  };
  const notice = (...tag: object[]) => ({ resourceType: 'Communication', meta: { tag } });
  const bindingConsent = (actor: string | undefined, more: object = {}) => ({
    resourceType: 'Consent',
    id: 'c',
    status: 'active',
    patient: ref('Patient/a'),
    provision: { type: 'deny', ...(actor ? { actor: [{ reference: ref(actor) }] } : {}) },
    ...more,
  });

  it('is held against each change of the types that can be such', () => {
    expect([...WATCHED].sort()).toEqual([
      'Communication',
      'CommunicationRequest',
      'Consent',
      'Patient',
      'RelatedPerson',
      'Task',
    ]);
    expect(KEPT).toEqual({ system: 'urn:wellspring:kept', code: 'emergency-notice' });
  });

  it('is not changed by them: an emergency access, and what the patient was told of it', () => {
    expect(changes(emergency)).toBe(403);
    expect(changes({ ...emergency, resourceType: 'List' })).toBe('allowed');
    expect(changes(notice(KEPT))).toBe(403);
    expect(changes(notice({ system: 'urn:x', code: 'y' }, KEPT))).toBe(403);
    expect(changes(notice({ system: 'urn:x', code: 'emergency-notice' }))).toBe('allowed');
    expect(changes({ resourceType: 'Communication' })).toBe('allowed');
  });

  it('is not changed by them: a Consent that denies them something', () => {
    for (const self of SELVES) expect(changes(bindingConsent(self)), self).toBe(403);
    expect(changes(bindingConsent(undefined))).toBe(403);
    expect(changes(bindingConsent('Practitioner/other'))).toBe('allowed');
    expect(changes(bindingConsent('Practitioner/doc', { status: 'inactive' }))).toBe('allowed');
    expect(changes({ ...bindingConsent('Practitioner/doc'), resourceType: 'Contract' })).toBe('allowed');
    expect(changes(bindingConsent('Practitioner/doc'), token())).toBe('allowed');
  });

  it('is neither made nor changed by them: a message to many, which has operations of its own', () => {
    const request = (resourceType: string, ...coding: object[]) => ({
      resourceType,
      category: [{ text: 'x' }, { coding }],
    });
    const broadcast = request(
      'CommunicationRequest',
      { system: 'urn:x' },
      { system: BROADCAST, code: 'message' },
    );
    const writes = (resource: object) =>
      statusOf(() => checkStaffWrite(token(), 'c', resource as never, false));
    expect([writes(broadcast), changes(broadcast)]).toEqual([403, 403]);
    for (const other of [
      request('CommunicationRequest', { system: 'urn:x', code: 'message' }),
      request('Communication', { system: BROADCAST }),
      { resourceType: 'CommunicationRequest' },
    ])
      expect([writes(other), changes(other)], JSON.stringify(other)).toEqual(['allowed', 'allowed']);
    // What is stored is known by this.
    expect(BROADCAST).toBe('urn:wellspring:broadcast');
  });

  it('is a system’s to change', () => {
    const { staff: _, ...system } = token({ rules: [] });
    const broadcast = {
      resourceType: 'CommunicationRequest',
      category: [{ coding: [{ system: BROADCAST }] }],
    };
    expect(statusOf(() => checkStaffWrite(system, 'c', broadcast, false))).toBe('allowed');
    for (const before of [emergency, notice(KEPT), bindingConsent('Practitioner/doc'), broadcast])
      expect(changes(before, system)).toBe('allowed');
  });
});
