import { describe, expect, it } from 'vitest';
import { checkRegistration, redirectProblem } from './policy.ts';

const APP = {
  client_name: 'App',
  redirect_uris: ['https://app.example/cb'],
  token_endpoint_auth_method: 'none',
};
const errorOf = (body: unknown, hosts: readonly string[] = []): string | undefined => {
  const checked = checkRegistration(body, hosts);
  return 'error' in checked ? checked.error_description : undefined;
};

describe('a redirect address', () => {
  it.each([
    ['https://app.example/cb', 'web'],
    ['https://192.0.2.1:8443/cb?x=1', 'web'],
    ['http://localhost:3000/cb', 'web'],
    ['http://127.0.0.1/cb', 'web'],
    ['http://[::1]:9/cb', 'web'],
    ['com.example.app:/cb', 'native'],
    ['com.example.app://cb', 'native'],
  ] as const)('%s may be used by a %s app', (uri, type) => {
    expect(redirectProblem(uri, type)).toBeUndefined();
  });

  it.each([
    ['http://app.example/cb', 'web'],
    ['http://localhost.evil.example/cb', 'web'],
    ['javascript:alert(1)', 'native'],
    ['JavaScript:alert(1)', 'native'],
    ['data:text/html,x', 'native'],
    ['vbscript:x', 'native'],
    ['file:///etc/passwd', 'native'],
    ['blob:https://app.example/x', 'native'],
    ['https://app.example/cb#x', 'web'],
    ['https://app.example/cb#', 'web'],
    ['https://user@app.example/cb', 'web'],
    ['https://user:x@app.example/cb', 'web'],
    ['https://*.example/cb', 'web'],
    ['com.example.app:/cb', 'web'],
    ['myapp:/cb', 'native'],
    ['/cb', 'web'],
    ['', 'web'],
  ] as const)('%s may not be used by a %s app', (uri, type) => {
    expect(redirectProblem(uri, type)).toBeDefined();
  });
});

describe('keys', () => {
  const service = (members: object) => ({
    client_name: 'S',
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    scope: 'system/Patient.rs',
    ...members,
  });
  const key = { kty: 'EC', crv: 'P-384', kid: 'a', x: 'x', y: 'y' };

  it('are public, named once each, and there', () => {
    expect(errorOf(service({ jwks: { keys: [key] } }))).toBeUndefined();
    expect(errorOf(service({}))).toContain('needs jwks_uri or jwks');
    expect(errorOf(service({ jwks: { keys: [{ ...key, d: 'private' }] } }))).toContain('public key');
    expect(errorOf(service({ jwks: { keys: [key, key] } }))).toContain('each kid once');
    expect(errorOf(service({ jwks: { keys: [{ kty: 'oct', kid: 'x', k: 'secret' }] } }))).toBeDefined();
    expect(errorOf(service({ jwks: { keys: [key] }, jwks_uri: 'https://app.example/jwks' }))).toContain(
      'one of them',
    );
  });

  it.each([
    'https://127.0.0.1/jwks',
    'https://127.1/jwks',
    'https://2130706433/jwks',
    'https://10.1.2.3/jwks',
    'https://172.20.1.1/jwks',
    'https://192.168.0.1/jwks',
    'https://169.254.169.254/latest',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://[::1]/jwks',
    'https://[::ffff:10.0.0.1]/jwks',
    'https://[fe80::1]/',
    'https://[fd00::1]/',
    'https://localhost/jwks',
    'https://ehr.internal/jwks',
    'https://mongodb/jwks',
    'http://app.example/jwks',
  ])('are not fetched from %s', (jwks_uri) => {
    expect(errorOf(service({ jwks_uri }))).toBeDefined();
  });

  it('are fetched from inside the house where an administrator trusts the host', () => {
    expect(errorOf(service({ jwks_uri: 'https://ehr.internal/jwks' }), ['ehr.internal'])).toBeUndefined();
  });
});

describe('grants and scopes', () => {
  it('belong together', () => {
    expect(errorOf({ ...APP, redirect_uris: [] })).toContain('redirect_uris');
    expect(errorOf({ ...APP, grant_types: ['client_credentials'], scope: 'system/*.rs' })).toBeDefined();
    expect(
      errorOf({
        client_name: 'S',
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_basic',
        scope: 'system/*.rs',
      }),
    ).toContain('private_key_jwt');
    expect(errorOf({ ...APP, scope: 'system/*.rs' })).toContain('client_credentials');
  });

  it('for patients’ own data need no approval, others do', () => {
    const statusOf = (scope: string) =>
      (checkRegistration({ ...APP, scope }) as { metadata: { status: string } }).metadata.status;
    expect(statusOf('launch/patient patient/*.cruds offline_access')).toBe('unreviewed');
    expect(statusOf('patient/*.rs user/Patient.rs')).toBe('pending');
  });

  it('an app that names no scope may ask for patients’ own data', () => {
    expect(checkRegistration(APP)).toMatchObject({ metadata: { smart_scope: 'patient/*.cruds' } });
  });
});

it('a registration is a JSON object, and unknown members are left out', () => {
  for (const body of [undefined, null, 'x', 1, []]) expect(errorOf(body)).toBeDefined();
  expect(checkRegistration({ ...APP, something: 1 })).not.toHaveProperty('metadata.something');
});

describe('X18 what is shown beside the name', () => {
  const TAKEN = { names: { within: [], whole: [] }, hosts: ['clinic.example', 'portal.clinic.example'] };
  const problem = (members: object): string | undefined => {
    const checked = checkRegistration({ ...APP, ...members }, [], TAKEN);
    return 'error' in checked ? checked.error_description : undefined;
  };
  it.each([
    { client_uri: 'https://clinic.example/' },
    { logo_uri: 'https://Portal.Clinic.example/logo.png' },
    { tos_uri: 'https://clinic.example:8443/terms' },
    { policy_uri: 'https://clinic.example/privacy' },
    { contacts: ['help@clinic.example'] },
    { client_uri: 'https://clinic.example./' },
    { policy_uri: 'https://www.Clinic.example/privacy' },
    { contacts: ['help@mail.clinic.example'] },
    { redirect_uris: ['https://portal.clinic.example./callback'] },
    { redirect_uris: ['https://portal.clinic.example/callback'] },
    { launch_url: 'https://portal.clinic.example/launch' },
  ])('is not an address of the clinic: %j', (members) => {
    expect(problem(members)).toContain('an address of the clinic');
  });
  it.each([
    { client_uri: 'https://clinic.example@evil.example/' },
    { client_uri: 'https://evil.example/\u202emoc' },
    { client_uri: 'https://wеllspring.example/' },
    { software_id: 'a\u200bb' },
    { software_version: '\u2800' },
  ])('hides nothing: %j', (members) => {
    expect(problem(members)).toBeDefined();
  });
  it('may be the app’s own', () => {
    expect(
      problem({
        client_uri: 'https://app.example/',
        policy_uri: 'https://notclinic.example/',
        contacts: ['help@app.example'],
        software_id: 'one',
      }),
    ).toBeUndefined();
  });
});
