import { describe, expect, it } from 'vitest';
import { contextOf, createMemory, type Resource, ref } from '../../test/in-memory.ts';
import type { QueryNode } from '../search/query.ts';
import { typesAsked, visibleBroadcasts } from './broadcasts.ts';
import { readCondition } from './read-condition.ts';

const coding = (system: string, ...codes: string[]) => ({ coding: codes.map((code) => ({ system, code })) });
const sent = (id: string, organization: string, requester: string, ...asks: string[]): Resource => ({
  resourceType: 'CommunicationRequest',
  id,
  sender: ref(organization),
  requester: ref(requester),
  category: [
    coding('urn:wellspring:broadcast', 'message'),
    ...(asks.length > 0 ? [coding('urn:wellspring:broadcast-asks', ...asks)] : []),
  ],
});
const stored = createMemory([
  { resourceType: 'CommunicationRequest', id: 'plain', status: 'active' },
  sent('ages', 'Organization/north', 'Practitioner/nina', 'Patient'),
  sent('group', 'Organization/north', 'Practitioner/nina'),
  sent('diagnosis', 'Organization/north', 'Practitioner/nina', 'Patient', 'Condition'),
  sent('own', 'Organization/north', 'Practitioner/doc', 'Condition'),
  sent('alone', 'Practitioner/doc', 'Practitioner/nina', 'Patient'),
  sent('elsewhere', 'Organization/south', 'Practitioner/sam', 'Patient'),
]);

const all: QueryNode = { kind: 'all' };
const seen = (scope: string, { to = 10, organizations = ['Organization/north'], isBound = true } = {}) => {
  const staff = {
    member: { practitioner: 'doc', roles: [] },
    glassMinutes: undefined,
    broadcastsTo: to === 0 ? undefined : to,
    broadcastsFor: organizations,
    oversees: false,
    tellPatient: true,
    sharedPatients: false,
    opened: all,
  };
  const access = contextOf(scope, { user: 'Practitioner/doc' });
  return stored('CommunicationRequest', visibleBroadcasts(access, staff, isBound ? all : undefined));
};

describe('what goes to many is seen', () => {
  it('by whoever sends in the same name and might ask the same', () => {
    expect(seen('user/*.rs')).toEqual(['plain', 'ages', 'group', 'diagnosis', 'own', 'alone']);
    expect(seen('user/Patient.rs user/CommunicationRequest.rs')).toEqual([
      'plain',
      'ages',
      'group',
      'own',
      'alone',
    ]);
    expect(seen('user/Patient.rs user/Condition.rs?category=a|b')).not.toContain('diagnosis');
    expect(seen('user/Patient.rs user/Condition.r')).not.toContain('diagnosis');
    expect(seen('user/Patient.rs user/Condition.s')).toContain('diagnosis');
    expect(seen('user/Condition.rs')).toEqual(['plain', 'group', 'own']);
  });

  it('by nobody whose roles send nothing, but their own', () => {
    expect(seen('user/*.rs', { to: 0, organizations: [] })).toEqual(['plain', 'own', 'alone']);
    expect(seen('user/*.rs', { to: 0, organizations: [], isBound: false })).toEqual([
      'plain',
      'own',
      'alone',
    ]);
  });

  it('all of it by whoever sends and may open everybody’s record', () => {
    expect(seen('user/*.rs', { isBound: false, organizations: [] })).toHaveLength(7);
    expect(seen('user/Patient.rs', { isBound: false, organizations: [] })).not.toContain('diagnosis');
  });
});

it('a search of staff over all records asks which of them they may see, one of a single record does not', () => {
  const found = (owner?: string) => {
    const staff = {
      member: { practitioner: 'doc', roles: [] },
      glassMinutes: undefined,
      broadcastsTo: undefined,
      broadcastsFor: [],
      oversees: false,
      tellPatient: true,
      sharedPatients: false,
      opened: all,
    };
    const access = { ...contextOf('user/*.rs', { user: 'Practitioner/doc' }), staff };
    return stored(
      'CommunicationRequest',
      readCondition(access, 'CommunicationRequest', 's', owner) as QueryNode,
    );
  };
  expect(found()).toEqual(['plain', 'own', 'alone']);
  expect(found('ana')).toHaveLength(7);
  const unknown = contextOf('user/*.rs', { user: 'Practitioner/doc' });
  expect(readCondition(unknown, 'CommunicationRequest', 's')).toEqual({ kind: 'none' });
  expect(readCondition(unknown, 'Communication', 's')).not.toEqual({ kind: 'none' });
});

it('a query asks of its own type and of each that it goes through', () => {
  const has = (type: string, where: QueryNode): QueryNode => ({
    kind: 'reverseChained',
    type,
    param: 'patient',
    where,
  });
  const token: QueryNode = { kind: 'token', param: 'code', code: 'x' };
  expect(typesAsked('Patient', token)).toEqual(['Patient']);
  const tree: QueryNode = {
    kind: 'and',
    nodes: [
      { kind: 'or', nodes: [token, has('Condition', token)] },
      {
        kind: 'not',
        node: has('Observation', { kind: 'chained', param: 'encounter', type: 'Encounter', where: token }),
      },
    ],
  };
  expect(typesAsked('Patient', tree)).toEqual(['Patient', 'Condition', 'Observation', 'Encounter']);
});
