import { describe, expect, it } from 'vitest';
import { contextOf } from '../../test/in-memory.ts';
import { accessContext } from './access-context.ts';
import { onBehalf } from './on-behalf.ts';
import { parseScopes } from './scope.ts';
import { keptAccess, reopenedAccess } from './standing.ts';

describe('what a token tells of its sign-in', () => {
  const TOKEN = { active: true, sub: 's', client_id: 'c', scope: 'patient/Patient.rs', patient: 'x' };

  it('is kept: how often all sign-ins had been ended, which one it is, in which browser', () => {
    const told = { endings: 0, sign_in: 'a', device: 'b' };
    expect(accessContext({ ...TOKEN, ...told })).toMatchObject({ endings: 0, signIn: 'a', device: 'b' });
  });

  it('is nothing where it is not told', () => {
    const access = accessContext(TOKEN);
    for (const name of ['endings', 'signIn', 'device']) expect(access).not.toHaveProperty(name);
  });
});

describe('the scopes of a token', () => {
  const parsed = (text: string) =>
    parseScopes(text).map(({ level, type, interactions, filter }) =>
      [`${level}/${type}.${[...interactions].join('')}`, ...filter.map((pair) => pair.join('='))].join('?'),
    );

  it.each([
    ['patient/Observation.rs', 'patient/Observation.rs'],
    ['user/*.cruds', 'user/*.cruds'],
    ['system/Patient.c', 'system/Patient.c'],
    ['patient/Observation.u', 'patient/Observation.u'],
    ['patient/Observation.d', 'patient/Observation.d'],
    ['patient/Observation.read', 'patient/Observation.rs'],
    ['patient/Observation.write', 'patient/Observation.cud'],
    ['patient/*.*', 'patient/*.cruds'],
  ])('%s grants %s', (text, granted) => {
    expect(parsed(text)).toEqual([granted]);
  });

  it.each([
    'patient/Observation',
    'patient/Observation.',
    'patient/Observation.sr',
    'patient/Observation.rr',
    'patient/Observation.reads',
    'patient/Nothing.rs',
    'patient/.rs',
    'patient/*x.rs',
    'other/Observation.rs',
    'xpatient/Observation.rs',
    'patient/Observation.rsx',
    'patient/Observation.rs?',
    'patient/Observation.rs?category',
    'patient/Observation.rs?category=',
    'patient/Observation.rs?&',
    'patient/Observation.rs?performer=x',
    'patient/Task.rs?identifier=x',
    'patient/QuestionnaireResponse.rs?performer=x',
    'user/*.rs?performer=x',
    'patient/Observation.rs?colour=red',
    'patient/Observation.rs?category=laboratory&colour=red',
    'patient/Observation.rs?category:not=laboratory',
    'patient/Observation.rs?subject.name=x',
    'patient/Observation.rs?_security=x',
    'patient/Observation%2ers',
    'openid',
    'launch/patient',
    '',
  ])('%s grants nothing', (text) => {
    expect(parsed(text)).toEqual([]);
  });

  it.each(['category', 'code', 'status', 'type', 'clinical-status', 'class'])(
    'may be narrowed by %s',
    (name) => {
      expect(parsed(`patient/Observation.rs?${name}=http://s|c`)).toEqual([
        `patient/Observation.rs?${name}=http://s|c`,
      ]);
    },
  );

  it.each(['user/Task.rs?performer=urn:pool|desk', 'patient/QuestionnaireResponse.c?identifier=urn:visit|'])(
    'of one type may be narrowed by what other types may not: %s',
    (scope) => {
      expect(parsed(scope)).toEqual([scope]);
    },
  );

  it('are read one by one, and all pairs of a filter are kept', () => {
    expect(parsed('openid patient/Observation.rs?code=a&status=final nonsense user/Patient.r')).toEqual([
      'patient/Observation.rs?code=a?status=final',
      'user/Patient.r',
    ]);
  });
});

describe('an access context', () => {
  it('knows the person by the last two parts of an address, and only people', () => {
    const user = (fhirUser: string) => contextOf('patient/*.rs', { patient: 'p', fhirUser }).fhirUser;
    for (const type of ['Patient', 'Practitioner', 'PractitionerRole', 'RelatedPerson', 'Person']) {
      expect(user(`https://fhir.example/fhir/${type}/x-1.2`)).toEqual({ type, id: 'x-1.2' });
      expect(user(`${type}/x`)).toEqual({ type, id: 'x' });
    }
    for (const wrong of [
      'https://fhir.example/fhir/Device/x',
      'https://fhir.example/fhir/Patient/',
      'https://fhir.example/fhir/Patient/x/y',
      'https://fhir.example/fhir/Patient/x?y',
      'https://fhir.example/fhir/OtherPatient/x',
      `Patient/${'x'.repeat(65)}`,
      'x',
    ])
      expect(user(wrong), wrong).toBeUndefined();
  });

  it('takes no patient that is no id', () => {
    const patientIn = (patient: string) => contextOf('patient/*.rs', { user: 'Patient/a', patient }).patient;
    expect(patientIn('a-1.B')).toBe('a-1.B');
    expect(patientIn('x'.repeat(64))).toBe('x'.repeat(64));
    for (const wrong of ['', 'a/b', 'Patient/a', ' a', 'a ', 'x'.repeat(65), 'a?b'])
      expect(patientIn(wrong), wrong).toBeUndefined();
  });

  it('never mixes the levels of scopes', () => {
    const all = 'system/*.cruds user/*.cruds patient/*.cruds';
    const levels = (context: ReturnType<typeof contextOf>) => context.scopes.map(({ level }) => level);
    expect(levels(contextOf(all))).toEqual(['system']);
    expect(levels(contextOf(all, { user: 'Practitioner/d' }))).toEqual(['user', 'patient']);
    expect(levels(contextOf(all, { patient: 'a' }))).toEqual(['user', 'patient']);
    expect(levels(contextOf(all, { user: 'Device/d', patient: 'a/b' }))).toEqual(['system']);
  });

  it('has the account for its subject, or the client, or nobody', () => {
    expect(contextOf('').subject).toBe('account');
    expect(contextOf('').clientId).toBe('app');
    const { sub: _, client_id: __, ...rest } = { sub: '', client_id: '', active: true };
    const { subject, clientId } = contextOf('', { ...rest, sub: undefined, client_id: 'c' } as never);
    expect([subject, clientId]).toEqual(['c', 'c']);
    const nobody = contextOf('', { sub: undefined, client_id: undefined } as never);
    expect([nobody.subject, nobody.clientId]).toEqual(['', '']);
  });

  it('lets a person read themself by openid and fhirUser together', () => {
    const reads = (scope: string | undefined) =>
      contextOf(scope as string, { user: 'Patient/a' }).readsOwnUser;
    expect(reads('openid fhirUser')).toBe(true);
    expect(reads('fhirUser x openid')).toBe(true);
    for (const scope of ['openid', 'fhirUser', 'openid-fhirUser', 'xopenid fhirUser', ''])
      expect(reads(scope), scope).toBe(false);
    expect(reads(undefined)).toBe(false);
  });
});

describe('what is done on behalf of somebody', () => {
  it('has system scopes for exactly that, and neither person nor record nor bounds, and knows for whom', () => {
    const access = contextOf('openid fhirUser user/*.cruds', { user: 'Practitioner/d', patient: 'a' });
    const trail = { note: () => undefined } as never;
    const caller = { ...access, trail, consents: {} as never, staff: {} as never };
    const acting = onBehalf(caller, 'system/Slot.ru');
    expect(onBehalf(acting, 'system/Task.r').caller).toBe(caller);
    expect(acting).toEqual({
      subject: 'account',
      clientId: 'app',
      fhirUser: undefined,
      patient: undefined,
      readsOwnUser: false,
      trail,
      caller,
      scopes: [{ level: 'system', type: 'Slot', interactions: new Set(['r', 'u']), filter: [] }],
    });
  });
});

describe('access that is kept with what was made', () => {
  it('of several types is for each of them what it was, and for all what was for everything', () => {
    const access = contextOf('patient/*.r patient/Task.u patient/Condition.r', {
      user: 'Patient/a',
      patient: 'a',
    });
    const scopes = (...types: string[]) =>
      keptAccess(access, types).scopes.map(({ type, interactions }) => `${type}.${interactions.join('')}`);
    expect(scopes('Appointment', 'Task')).toEqual(['*.r', 'Task.u']);
    expect(scopes('Task')).toEqual(['Task.r', 'Task.u']);
    expect(scopes('Condition')).toEqual(['Condition.r']);
  });

  it('is what concerns one type, as text, without roles, Consents and reach', () => {
    const access = contextOf('openid fhirUser patient/*.rs patient/Task.u user/Appointment.r?status=booked', {
      user: 'Patient/a',
      patient: 'a',
    });
    const reach = { kind: 'all' } as const;
    const bound = { ...access, scopes: access.scopes.map((scope) => ({ ...scope, reach })) };
    const kept = JSON.parse(JSON.stringify(keptAccess({ ...bound, staff: {} as never }, ['Appointment'])));
    expect(reopenedAccess(kept)).toEqual({
      subject: 'account',
      clientId: 'app',
      fhirUser: { type: 'Patient', id: 'a' },
      patient: 'a',
      readsOwnUser: false,
      scopes: [
        { level: 'patient', type: 'Appointment', interactions: new Set(['r', 's']), filter: [] },
        {
          level: 'user',
          type: 'Appointment',
          interactions: new Set(['r']),
          filter: [['status', 'booked']],
        },
      ],
    });
  });
});
