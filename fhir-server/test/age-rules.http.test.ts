/** What the clinic's age policy leaves to those who act for a child: on both sides of a birthday, asked at each request, and told beforehand. */
import { dayIn } from '@wellspring/serving/time-zone';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Mailbox, openMailbox } from '../../auth-server/test/mailbox.ts';
import { daysAfter } from '../src/access/age-rules.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let mailbox: Mailbox;
const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
/** Their days are never the same: 25 hours lie between them. */
const EAST = 'Pacific/Kiritimati';
const WEST = 'Pacific/Niue';

const put = async (resource: { resourceType: string; id: string; [element: string]: unknown }) => {
  const path = `/${resource.resourceType}/${resource.id}`;
  const written = await world.ask('PUT', path, { token: world.system, body: resource });
  if (written.status >= 400) throw new Error(written.text);
};

/** Born so many years, and so many days less, before the clinic's today; on no 29 February, whose birthdays have a test of their own. */
function birthDate(years: number, daysToGo: number, zone = EAST): string {
  const day = daysAfter(dayIn(zone, Date.now()), daysToGo);
  return `${Number(day.slice(0, 4)) - years}${day.slice(4)}`.replace('-02-29', '-03-01');
}

const child = (id: string, born: string | undefined, clinic = 'east', more: object = {}) =>
  put({
    resourceType: 'Patient',
    id,
    name: [{ family: 'Q', given: [id] }],
    managingOrganization: { reference: `Organization/${clinic}` },
    ...(born === undefined ? {} : { birthDate: born }),
    ...more,
  });
const relative = (id: string, patient: string, code: string | undefined, more: object = {}) =>
  put({
    resourceType: 'RelatedPerson',
    id,
    active: true,
    patient: { reference: `Patient/${patient}` },
    ...(code === undefined
      ? {}
      : {
          relationship: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code }] }],
        }),
    ...more,
  });
const finding = (id: string, patient: string, label?: { system: string; code: string }) =>
  put({
    resourceType: 'Condition',
    id,
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
    },
    code: { text: 'finding' },
    subject: { reference: `Patient/${patient}` },
    ...(label ? { meta: { security: [label] } } : {}),
  });

const tokenOf = (person: string, patient: string, scope = 'openid fhirUser launch/patient patient/*.cruds') =>
  world.token({ scope, patient, fhirUser: `${world.base}/RelatedPerson/${person}`, sub: person });
const ask = (path: string, token: string) => world.ask('GET', path, { token });

beforeAll(async () => {
  // At noon in Greenwich neither clinic's day ends soon.
  vi.useFakeTimers({
    toFake: ['Date'],
    now: Date.parse(`${new Date().toISOString().slice(0, 10)}T12:00:00Z`),
  });
  mailbox = await openMailbox();
  world = await openWorld({
    ...mailbox.env,
    PORTAL_URL: 'https://portal.example',
    NOTICE_SECONDS: '0.2',
    INTROSPECTION_CACHE_SECONDS: '0',
  });
  for (const [id, zone] of [
    ['east', EAST],
    ['west', WEST],
  ])
    await put({
      resourceType: 'Organization',
      id: id as string,
      name: 'Hill Clinic',
      extension: [{ url: 'urn:wellspring:time-zone', valueCode: zone }],
    });
  await child('kit', birthDate(12, 1));
  await relative('mum', 'kit', 'MTH');
  await finding('plain', 'kit');
  await finding('sensitive', 'kit', { system: ACT_CODE, code: 'SEX' });
  await finding('restricted', 'kit', { system: CONFIDENTIALITY, code: 'R' });
});
afterAll(async () => {
  await world?.close();
  await mailbox?.close();
  vi.useRealTimers();
});

describe('from the age that the clinic sets', () => {
  const seen = async (token: string) =>
    Object.fromEntries(
      await Promise.all(
        ['plain', 'sensitive', 'restricted'].map(
          async (id) => [id, (await ask(`/Condition/${id}`, token)).status] as const,
        ),
      ),
    );

  it('a parent sees what is marked as sensitive until the day before, and not on the day', async () => {
    const mum = tokenOf('mum', 'kit');
    expect(await seen(mum)).toEqual({ plain: 200, sensitive: 200, restricted: 404 });
    await child('kit', birthDate(12, 0));
    expect(await seen(mum)).toEqual({ plain: 200, sensitive: 404, restricted: 404 });
    // The young person sees their record as ever, and so does the clinic.
    expect((await seen(world.patient('kit'))).sensitive).toBe(200);
    expect((await seen(world.system)).sensitive).toBe(200);
  });

  it('of a patient whose age nobody knows, what is sensitive is withheld from every relative, whatever they are', async () => {
    await child('ageless', undefined);
    await finding('ageless-plain', 'ageless');
    await finding('ageless-sensitive', 'ageless', { system: ACT_CODE, code: 'HIV' });
    for (const [id, code] of [
      ['ageless-mum', 'MTH'],
      ['ageless-gran', 'GRMTH'],
      ['ageless-somebody', undefined],
    ] as const) {
      await relative(id, 'ageless', code);
      const token = tokenOf(id, 'ageless');
      expect((await ask('/Condition/ageless-plain', token)).status, id).toBe(200);
      expect((await ask('/Condition/ageless-sensitive', token)).status, id).toBe(404);
    }
  });

  it('what is withheld is not there: by no search, count, history or change', async () => {
    const mum = tokenOf('mum', 'kit');
    const [missing, withheld] = await Promise.all(
      ['nothing', 'sensitive'].map((id) => ask(`/Condition/${id}`, mum)),
    );
    const alike = (text = '', id = '') => text.replaceAll(id, 'ID');
    expect(alike(withheld?.text, 'sensitive')).toBe(alike(missing?.text, 'nothing'));
    expect((await ask('/Condition?_total=accurate', mum)).body.total).toBe(1);
    expect((await ask(`/Condition?_security=${ACT_CODE}|SEX`, mum)).body.entry ?? []).toEqual([]);
    expect((await ask('/Condition/sensitive/_history', mum)).status).toBe(404);
    expect((await ask('/Patient/kit/$everything', mum)).text).not.toContain('"sensitive"');
    const body = { resourceType: 'Condition', id: 'sensitive' };
    const changed = await world.ask('PUT', '/Condition/sensitive', { token: mum, body });
    const made = await world.ask('PUT', '/Condition/nothing', {
      token: mum,
      body: { ...body, id: 'nothing' },
    });
    expect(changed.status).toBe(made.status);
  });

  it('it is told what changes and when, to the parent of themself, to the young person of all; to others nothing', async () => {
    await child('kit', birthDate(12, 0));
    const told = async (path: string, token: string) => {
      const { body, status } = await ask(path, token);
      if (status !== 200) return status;
      const parts: { name: string; part?: { name: string; valueDate?: string; valueBoolean?: boolean }[] }[] =
        body.parameter;
      return parts.flatMap(({ name, part = [] }) =>
        name === 'change' ? [part.find((each) => each.name === 'on')?.valueDate] : [],
      );
    };
    const days = [birthDate(0, 0), birthDate(0, 0), birthDate(-6, 0)].map((day, at) =>
      at === 0 ? `${Number(day.slice(0, 4)) - 12}${day.slice(4)}` : day,
    );
    expect(await told('/RelatedPerson/mum/$age-rules', tokenOf('mum', 'kit'))).toEqual(days);
    expect(await told('/Patient/kit/$age-rules', world.patient('kit'))).toEqual(days);
    expect(await told('/Patient/kit/$age-rules', world.patient('ana'))).toBe(404);
    expect((await ask('/Patient/kit/$age-rules', world.patient('kit'))).body.parameter[0]).toEqual({
      name: 'ownAccount',
      valueBoolean: true,
    });
  });
});

describe('when the child has grown up', () => {
  const status = async (person: string, patient = 'max') =>
    (await ask(`/Patient/${patient}`, tokenOf(person, patient))).status;
  const ended = async (person: string) =>
    (await ask(`/RelatedPerson/${person}/$age-rules`, world.system)).body.parameter[0].valueBoolean;

  it('being a parent opens nothing any more, from the day on, by the clinic’s day', async () => {
    await child('max', birthDate(18, 1));
    await relative('dad', 'max', 'FTH');
    expect([await status('dad'), await ended('dad')]).toEqual([200, false]);
    const born = birthDate(18, 0);
    await child('max', born);
    expect([await status('dad'), await ended('dad')]).toEqual([403, true]);
    // In the west that day is not there yet.
    await child('max', born, 'west');
    expect([await status('dad'), await ended('dad')]).toEqual([200, false]);
  });

  it('so it is for who was born on 29 February', async () => {
    const today = Number(dayIn(EAST, Date.now()).slice(0, 4));
    const leap = (year: number): number =>
      new Date(Date.UTC(year, 1, 29)).getUTCDate() === 29 ? year : leap(year - 1);
    await child('leap', `${leap(today - 19)}-02-29`);
    await relative('leap-mum', 'leap', 'MTH');
    expect(await status('leap-mum', 'leap')).toBe(403);
    await child('leap', `${leap(today - 13)}-02-29`);
    expect(await status('leap-mum', 'leap')).toBe(200);
  });

  it('so it is for everybody whose access is from when they were a child, and for no carer of later', async () => {
    // Since yesterday: the thread that writes has the real clock, by which it may be yesterday still.
    await child('max', birthDate(18, -1));
    const before = daysAfter(birthDate(0, 0), -400);
    await relative('gran', 'max', 'GRMTH', { period: { start: before } });
    await relative('untold', 'max', undefined, { period: { start: before } });
    await relative('wife', 'max', 'WIFE');
    await relative('lawyer', 'max', 'HPOWATT');
    expect(await Promise.all(['gran', 'untold', 'wife', 'lawyer'].map((each) => status(each)))).toEqual([
      403, 403, 200, 200,
    ]);
    await child('max', undefined);
    expect(await Promise.all(['dad', 'gran'].map((each) => status(each)))).toEqual([200, 200]);
    await child('max', birthDate(18, 0));
  });

  it('a Consent of the grown child opens what it permits, and no more', async () => {
    await finding('of-max', 'max');
    const consent = (provision: object, state = 'active') =>
      put({
        resourceType: 'Consent',
        id: 'renewed',
        status: state,
        scope: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }],
        },
        category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
        patient: { reference: 'Patient/max' },
        policyRule: { text: 'renewed' },
        provision: {
          type: 'permit',
          actor: [{ role: { text: 'parent' }, reference: { reference: 'RelatedPerson/dad' } }],
          ...provision,
        },
      });
    const token = tokenOf('dad', 'max');
    const both = async () => [
      (await ask('/Patient/max', token)).status,
      (await ask('/Condition/of-max', token)).status,
    ];
    await consent({});
    expect([await both(), await ended('dad')]).toEqual([[200, 200], false]);
    await consent({ class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'Patient' }] });
    expect(await both()).toEqual([200, 404]);
    await consent({ period: { end: '2020-01-01' } });
    expect([await both(), await ended('dad')]).toEqual([[403, 403], true]);
    await consent({}, 'inactive');
    expect(await both()).toEqual([403, 403]);
  });

  it('a calendar that the parent made ends with it', async () => {
    await child('max', birthDate(18, 1));
    const token = tokenOf('dad', 'max');
    const made = await world.ask('POST', '/Patient/max/$calendar-feed', {
      token,
      body: { resourceType: 'Parameters' },
    });
    const url = /"value\w+":"(http[^"]+\.ics)"/.exec(made.text)?.[1] ?? '';
    expect((await fetch(url)).status).toBe(200);
    await child('max', birthDate(18, 0));
    expect((await fetch(url)).status).toBe(404);
  });
});

describe('beforehand', () => {
  it('the parent and the young person are told once, 30 days before and on the day, without a word of the record', async () => {
    const mail = (to: string) => ({ telecom: [{ system: 'email', value: `${to}@example.org` }] });
    const spanish = { communication: [{ language: { coding: [{ code: 'es' }] } }] };
    await child('ida', birthDate(18, 30), 'east', mail('ida'));
    await relative('ida-mum', 'ida', 'MTH', { ...mail('ida-mum'), ...spanish });
    await relative('ida-gone', 'ida', 'FTH', { ...mail('ida-gone'), active: false });
    await relative('ida-invited', 'ida', 'MTH', {
      ...mail('ida-invited'),
      identifier: [{ system: 'urn:wellspring:family-access', value: 'x' }],
    });
    const young = await mailbox.mailTo('ida@example.org');
    expect(young.subject).toBe(
      'Who may see what of a record changes with age. What changes, and when, is in the portal.',
    );
    expect(young.text).toContain('https://portal.example');
    expect((await mailbox.mailTo('ida-mum@example.org')).subject).toContain('cambia con la edad');
    await child('late', birthDate(18, 20), 'east', mail('late'));
    await child('gone', birthDate(12, 0), 'east', { ...mail('gone'), deceasedBoolean: true });
    await child('ola', birthDate(12, 0), 'east', mail('ola'));
    await relative('ola-mum', 'ola', 'MTH', mail('ola'));
    await mailbox.mailTo('ola@example.org');
    await child('mark', birthDate(18, 0), 'east', mail('mark'));
    await mailbox.mailTo('mark@example.org');
    const count = (to: string) => mailbox.mails.filter((each) => each.to === `${to}@example.org`).length;
    const names = ['ida', 'ida-mum', 'ola', 'mark', 'ida-gone', 'ida-invited', 'late', 'gone'];
    expect(names.map(count)).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
    for (const { to, subject, text } of mailbox.mails)
      expect(`${subject} ${text}`, to).not.toMatch(/ida\b|ola\b|18|12|Condition/i);
  });
});
