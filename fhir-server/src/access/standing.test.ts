import { describe, expect, it } from 'vitest';
import { parseScopes } from './scope.ts';
import { keptAccess, keptForSignIns, keptScopeText, reopenedAccess } from './standing.ts';

describe('what is kept of a token', () => {
  const kept = (scope: string, ...types: string[]) =>
    keptScopeText(
      keptAccess(
        { subject: 's', clientId: 'c', readsOwnUser: false, scopes: parseScopes(scope) } as never,
        types,
      ).scopes,
    );

  it('is when it was made, by the endings of sign-ins that its token was told with, and whether it ends with them', () => {
    const access = { subject: 's', clientId: 'c', endings: 3, scopes: [] } as never;
    expect(keptAccess(access, [])).toMatchObject({ endings: 3 });
    expect(keptAccess(access, [])).not.toHaveProperty('endsWithSignIns');
    expect(keptForSignIns(access, [])).toMatchObject({ endings: 3, endsWithSignIns: true });
    expect(reopenedAccess(keptForSignIns(access, []))).not.toHaveProperty('endings');
  });

  it('is in which sign-in and browser it was made, as its token was told', () => {
    const access = { subject: 's', clientId: 'c', signIn: 'a', device: 'b', scopes: [] } as never;
    expect(keptForSignIns(access, [])).toMatchObject({ signIn: 'a', device: 'b' });
    const without = keptForSignIns({ subject: 's', clientId: 'c', scopes: [] } as never, []);
    expect(without).not.toHaveProperty('signIn');
    expect(without).not.toHaveProperty('device');
  });

  it('is told as the scopes that it is, of these types alone', () => {
    expect(kept('openid patient/*.rs patient/Patient.u', 'Appointment')).toBe('patient/Appointment.rs');
    expect(kept('user/Task.cruds user/Patient.read', 'Task', 'Patient')).toBe(
      'user/Task.cruds user/Patient.rs',
    );
  });

  it('comes back as it was, filters too', () => {
    const text = 'patient/Observation.rs?category=http://c|lab&status=final patient/Observation.c';
    expect(parseScopes(kept(text, 'Observation'))).toEqual(parseScopes(text));
  });

  it('names nothing that opens nothing', () => {
    expect(keptScopeText([{ level: 'user', type: 'Task', filter: [], interactions: [] }])).toBe('');
  });
});
