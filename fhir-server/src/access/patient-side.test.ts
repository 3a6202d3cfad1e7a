/** What a write from the patient's side keeps to itself: whose it is, its marks, its labels; and who needs which scope for it. */
import { describe, expect, it } from 'vitest';
import { asPatient, asProxy, contextOf, ref } from '../../test/in-memory.ts';
import type { AccessContext } from './access-context.ts';
import { isOwnWriting, metaOf, selfOf, WRITTEN_BY, withMark, writerOf } from './authorship.ts';
import { checkWrite, requireRule, requireWriteScope } from './check-write.ts';
import { isMarked, markContacts, UNCONFIRMED_CONTACT } from './contact-marks.ts';
import { onBehalf } from './on-behalf.ts';
import { settleClinicSide, settlePatientSide } from './patient-side.ts';
import type { Json } from './write-rules.ts';

const forbidden = expect.objectContaining({ status: 403 });
const mark = (code: string) => ({ system: WRITTEN_BY, code });
const markedBy = (code: string, more: object = {}) => ({
  meta: { tag: [{ system: 'urn:x', code: 'y' }, mark(code)], ...more },
});

describe('the right to write', () => {
  it('needs a scope for the interaction and the type, without a filter', () => {
    const scope = (text: string, interaction: 'c' | 'u' | 'd' = 'c', type = 'Task') => {
      try {
        return requireWriteScope(asPatient('a', text), interaction, type);
      } catch (error) {
        return (error as { status: number }).status;
      }
    };
    expect(scope('patient/Task.c')).toBe('a');
    expect(scope('patient/*.cruds')).toBe('a');
    expect(scope('user/Task.c')).toBe('a');
    expect(scope('patient/Task.c', 'u')).toBe(403);
    expect(scope('patient/Task.rs')).toBe(403);
    expect(scope('patient/Task.c', 'c', 'Observation')).toBe(403);
    expect(scope('patient/Task.c?status=draft')).toBe(403);
    expect(scope('')).toBe(403);
  });

  it('is asked before anything is looked at: no type without a row is a patient’s to write', () => {
    const may = (interaction: 'c' | 'u', type: string, access = asPatient('a')) => {
      try {
        requireRule(access, interaction, type);
        return true;
      } catch (error) {
        expect(error).toEqual(forbidden);
        return false;
      }
    };
    const both = (type: string, access = asPatient('a')) => [may('c', type, access), may('u', type, access)];
    expect(both('Task')).toEqual([true, true]);
    expect(both('Patient')).toEqual([false, true]);
    expect(both('Subscription')).toEqual([true, true]);
    for (const type of ['Condition', 'constructor']) expect(both(type)).toEqual([false, false]);
    expect(both('Task', asPatient('a', 'patient/Task.c'))).toEqual([true, false]);
    for (const access of [contextOf('system/*.cu'), contextOf('user/*.cu', { user: 'Practitioner/d' })])
      expect(both('Condition', access)).toEqual([true, true]);
    expect(() => checkWrite(asPatient('a'), 'c', { resourceType: 'Subscription' }, undefined)).not.toThrow();
  });

  it('is closed by a Consent that denies it to the person, for that type in that record', () => {
    const write = (provision: object, patient = 'a') => {
      const rules = [{ id: 'c', patient, provision: { type: 'deny', ...provision } }];
      const consents = { actors: new Set(['RelatedPerson/mum']), rules, at: 0, opened: undefined };
      return () => requireWriteScope({ ...asProxy('a'), consents } as never, 'c', 'Task');
    };
    const of = (code: string) => ({ class: [{ system: 'http://hl7.org/fhir/resource-types', code }] });
    const to = (code: string) => ({ action: [{ coding: [{ code }] }] });
    for (const closed of [{}, of('Task'), to('correct'), to('collect')])
      expect(write(closed), JSON.stringify(closed)).toThrow(forbidden);
    for (const open of [of('Observation'), to('access')]) expect(write(open)()).toBe('a');
    expect(write({}, 'b')()).toBe('a');
  });

  it('is without a bound for systems, and for staff by user/ scopes alone', () => {
    const of = (scope: string, user?: string, patient?: string) =>
      requireWriteScope(
        contextOf(scope, { ...(user ? { user } : {}), ...(patient ? { patient } : {}) }),
        'c',
        'Task',
      );
    expect(of('system/*.c')).toBe('unrestricted');
    expect(of('user/*.c', 'Practitioner/d')).toBe('unrestricted');
    expect(of('user/*.c patient/*.c', 'Practitioner/d', 'a')).toBe('unrestricted');
    expect(of('patient/*.c', 'Practitioner/d', 'a')).toBe('a');
    expect(of('user/Observation.c patient/*.c', 'Practitioner/d', 'a')).toBe('a');
    expect(() => of('patient/*.c', 'Practitioner/d')).toThrow(forbidden);
  });

  it('of a patient’s user/ scopes is for their own record; patient/ scopes mean the launch', () => {
    const owner = (scope: string, user: string, patient?: string) =>
      requireWriteScope(contextOf(scope, { user, ...(patient ? { patient } : {}) }), 'c', 'Task');
    expect(owner('user/*.c', 'Patient/a')).toBe('a');
    expect(owner('user/*.c', 'Patient/a', 'b')).toBe('a');
    expect(owner('patient/*.c', 'Patient/a', 'b')).toBe('b');
    expect(owner('patient/*.c user/*.c', 'Patient/a', 'b')).toBe('b');
    expect(owner('user/*.c', 'RelatedPerson/mum', 'b')).toBe('b');
    expect(() => owner('user/*.c', 'RelatedPerson/mum')).toThrow(forbidden);
  });

  it('is for what is about that patient, before and after, and about nobody else', () => {
    const task = (patients: string[], more: object = {}): Json => ({
      resourceType: 'Task',
      id: 'x',
      status: 'requested',
      requester: ref('Patient/a'),
      ...(patients.length > 0 ? { for: patients.map((id) => ref(`Patient/${id}`)) } : {}),
      ...more,
    });
    const write = (after: Json, before?: Json) => () =>
      checkWrite(asPatient('a'), before ? 'u' : 'c', after, before);
    expect(write(task(['a']))).not.toThrow();
    for (const patients of [[], ['b'], ['a', 'b'], ['b', 'a']])
      expect(write(task(patients))).toThrow(forbidden);
    const cancelled = { status: 'cancelled' };
    expect(write(task(['a'], cancelled), task(['a']))).not.toThrow();
    expect(write(task(['a'], cancelled), task(['b']))).toThrow(forbidden);
    expect(write(task(['b'], cancelled), task(['a']))).toThrow(forbidden);
    expect(() => checkWrite(asPatient('a', 'user/*.cruds'), 'c', task(['b']), undefined)).toThrow(forbidden);
    expect(() => checkWrite(asPatient('a'), 'u', task(['a']), undefined)).toThrow(forbidden);
  });

  it('of staff and systems is not held to the table, but a file says whose it is', () => {
    const binary = (more: object = {}): Json => ({
      resourceType: 'Binary',
      contentType: 'text/plain',
      ...more,
    });
    const staff = contextOf('user/*.cruds', { user: 'Practitioner/d' });
    expect(() => checkWrite(staff, 'c', binary(), undefined)).toThrow(
      expect.objectContaining({
        status: 422,
        issues: [expect.objectContaining({ expression: 'Binary.securityContext' })],
      }),
    );
    expect(() =>
      checkWrite(staff, 'c', binary({ securityContext: ref('Patient/a') }), undefined),
    ).not.toThrow();
    expect(() => checkWrite(contextOf('system/*.cruds'), 'c', binary(), undefined)).not.toThrow();
    expect(() => checkWrite(staff, 'c', { resourceType: 'Condition' }, undefined)).not.toThrow();
    expect(() => checkWrite(asPatient('a'), 'c', { resourceType: 'constructor' }, undefined)).toThrow(
      forbidden,
    );
  });

  it('names the element that is wrong', () => {
    const told = (after: object, before?: object): unknown[] => {
      const task = { resourceType: 'Task', id: 'x', for: ref('Patient/a'), requester: ref('Patient/a') };
      try {
        checkWrite(
          asPatient('a'),
          before ? 'u' : 'c',
          { ...task, ...after } as Json,
          before && ({ ...task, ...before } as Json),
        );
        return [];
      } catch (error) {
        const { status, issues } = error as {
          status: number;
          issues: { expression?: string; diagnostics: string }[];
        };
        return [status, issues[0]?.expression, issues[0]?.diagnostics];
      }
    };
    expect(told({ status: 'completed' })).toEqual([
      422,
      'Task.status',
      "A patient's Task: status must be requested or draft.",
    ]);
    expect(told({ status: 'draft', requester: ref('Patient/b') })).toEqual([
      422,
      'Task.requester',
      "A patient's Task: requester must be Patient/a.",
    ]);
    expect(told({ status: 'draft', requester: [ref('Patient/a'), ref('Patient/b')] })[1]).toBe(
      'Task.requester',
    );
    expect(told({ status: 'completed' }, { status: 'draft' })).toEqual([
      422,
      'Task.status',
      "A patient's Task: status can become requested or cancelled only.",
    ]);
    expect(told({ status: 'requested' }, { status: 'failed' })).toEqual([
      422,
      'Task.status',
      "A patient's Task: status can not be changed from failed.",
    ]);
    expect(told({ status: 'draft', code: { text: 'x' } }, { status: 'draft' })).toEqual([
      403,
      undefined,
      'A patient may not change Task.code.',
    ]);
    expect(told({ status: 'draft', _priority: {} }, { status: 'draft' })[2]).toBe(
      'A patient may not change Task.priority.',
    );
    expect(told({ status: 'draft', text: {}, meta: {}, id: 'y' }, { status: 'draft' })).toEqual([]);
  });
});

describe('the special cases of the table', () => {
  const self = ref('Patient/a');
  const write = (after: object, before?: object, access = asPatient('a')) => {
    try {
      checkWrite(access, before ? 'u' : 'c', after as Json, before as Json | undefined);
      return 'allowed';
    } catch (error) {
      return (error as { status: number }).status;
    }
  };

  it('Appointment: nobody accepts or answers for somebody else', () => {
    const visit = (participant: object[], status = 'proposed') => ({
      resourceType: 'Appointment',
      id: 'x',
      status,
      participant,
    });
    const me = (status: string) => ({ actor: self, status });
    const doctor = (status: string, id = 'd') => ({ actor: ref(`Practitioner/${id}`), status });
    expect(write(visit([me('accepted'), doctor('needs-action')]))).toBe('allowed');
    expect(write(visit([me('accepted'), doctor('accepted')]))).toBe(422);
    expect(write(visit([me('accepted'), { status: 'accepted' }]))).toBe(422);
    const before = visit([me('needs-action'), doctor('accepted')], 'booked');
    expect(write(visit([me('declined'), doctor('accepted')], 'booked'), before)).toBe('allowed');
    expect(write(visit([me('declined'), doctor('declined')], 'booked'), before)).toBe(422);
    expect(write(visit([me('declined'), doctor('accepted', 'e')], 'booked'), before)).toBe(422);
    expect(write(visit([me('declined')], 'booked'), before)).toBe(422);
    expect(
      write(visit([{ ...me('declined'), required: 'optional' }, doctor('accepted')], 'booked'), before),
    ).toBe(422);
    const mum = { actor: ref('RelatedPerson/mum'), status: 'needs-action' };
    const family = visit([me('accepted'), mum], 'booked');
    expect(
      write(visit([me('accepted'), { ...mum, status: 'accepted' }], 'booked'), family, asProxy('a')),
    ).toBe('allowed');
    expect(write(visit([me('accepted'), { ...mum, status: 'accepted' }], 'booked'), family)).toBe(422);
    const launched = contextOf('user/*.cruds', { user: 'Patient/a' });
    expect(write(visit([me('declined'), doctor('accepted')], 'booked'), before, launched)).toBe('allowed');
    // Whoever acts for the patient answers for them, too.
    const forThem = visit([me('declined'), doctor('accepted')], 'booked');
    expect(write(forThem, before, asProxy('a'))).toBe('allowed');
  });

  it('Appointment: of a visit that has begun nobody says any more that they would not have come', () => {
    const visit = (start: string, status: string) => ({
      resourceType: 'Appointment',
      id: 'x',
      status: 'booked',
      start,
      participant: [{ actor: self, status }],
    });
    const declines = (start: string) => write(visit(start, 'declined'), visit(start, 'accepted'));
    expect([declines('2999-01-01T10:00:00Z'), declines('2001-01-01T10:00:00Z')]).toEqual(['allowed', 422]);
  });

  it('Appointment: numbers are the clinic’s to give, but for those that an app knows its own by', () => {
    const numbered = (...identifier: object[]) =>
      write({
        resourceType: 'Appointment',
        status: 'proposed',
        participant: [{ actor: self, status: 'accepted' }],
        identifier,
      });
    const [SENT, URI, uuid] = ['urn:wellspring:sent', 'urn:ietf:rfc:3986', 'urn:uuid:7d1f'];
    const own = [
      { system: SENT, value: 'x' },
      { system: URI, value: uuid },
      { system: URI, value: uuid.toUpperCase() },
    ];
    expect(numbered(...own)).toBe('allowed');
    for (const wrong of [
      {},
      { value: uuid },
      { system: 'urn:visits', value: uuid },
      { system: URI },
      { system: URI, value: 'http://clinic.example/visits/1' },
      { system: URI, value: `x${uuid}` },
    ])
      expect(numbered(...own, wrong), JSON.stringify(wrong)).toBe(422);
  });

  it('Appointment: why they cancel is said with it, in codes of theirs', () => {
    const system = 'http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason';
    const visit = (status: string, more: object = {}) => ({
      resourceType: 'Appointment',
      id: 'x',
      status,
      participant: [{ actor: self, status: 'accepted' }],
      ...more,
    });
    const because = (code: string, of = system) => ({
      cancelationReason: { coding: [{ system: of, code }] },
    });
    const cancels = (more: object) => write(visit('cancelled', more), visit('booked'));
    expect([because('pat'), because('pat-cpp'), because('other'), {}].map(cancels)).toEqual(
      Array(4).fill('allowed'),
    );
    expect([because('prov'), because('maint'), because('x-pat'), because('otherwise')].map(cancels)).toEqual(
      Array(4).fill(422),
    );
    const several = {
      coding: [
        { system, code: 'pat' },
        { system, code: 'prov' },
      ],
    };
    expect(cancels({ cancelationReason: several })).toBe(422);
    expect(cancels({ cancelationReason: { coding: [{ system }] } })).toBe(422);
    expect(cancels({ cancelationReason: { text: 'A cold' } })).toBe('allowed');
    expect(cancels(because('prov', 'urn:x'))).toBe('allowed');
    // Of a visit that goes on, or is over, nothing is said of why it would not be.
    expect(write(visit('booked', because('pat')), visit('booked'))).toBe(422);
    expect(write(visit('cancelled', because('pat')), visit('cancelled'))).toBe(403);
    // What the clinic wrote stands, whosever reason it was.
    expect(write(visit('cancelled', because('prov')), visit('booked', because('prov')))).toBe('allowed');
  });

  it('Task: why it is finished or taken back is said with it', () => {
    const task = (status: string, more: object = {}) => ({
      resourceType: 'Task',
      id: 'x',
      status,
      intent: 'order',
      for: self,
      ...more,
    });
    const statusReason = { text: 'No need' };
    for (const whose of [{ owner: self }, { requester: self }]) {
      expect(write(task('cancelled', { ...whose, statusReason }), task('requested', whose))).toBe('allowed');
      expect(write(task('requested', { ...whose, statusReason }), task('requested', whose))).toBe(422);
    }
  });

  it('Appointment: when and where is the clinic’s to say; they ask for an earlier time of a visit that they have', () => {
    const asked = (more: object = {}) => ({
      resourceType: 'Appointment',
      status: 'proposed',
      participant: [{ actor: self, status: 'accepted' }],
      ...more,
    });
    const waits = (more: object = {}) =>
      asked({ status: 'waitlist', supportingInformation: [ref('Appointment/booked')], ...more });
    const periods = (count: number) => Array.from({ length: count }, () => ({ start: '2026-01-01' }));
    expect(write(asked({ start: '2026-01-01T10:00:00Z', slot: [ref('Slot/x')] }))).toBe('allowed');
    for (const right of [
      waits(),
      waits({ requestedPeriod: periods(50) }),
      waits({ extension: [{ url: 'urn:x' }, {}] }),
    ])
      expect(write(right), JSON.stringify(right)).toBe('allowed');
    const virtual = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService';
    for (const status of ['proposed', 'waitlist'])
      for (const wrong of [
        ...[
          'proposed-slot',
          'offered-slot',
          'offer-ran-out',
          'offer-withdrawn',
          'slot-held-until',
          'slot-held-for',
        ].map((name) => ({
          extension: [{ url: 'urn:x' }, { url: `urn:wellspring:${name}` }],
        })),
        { extension: [{ url: 'urn:x' }, { url: virtual }] },
        { extension: [{ url: 'urn:guide:virtual-service' }] },
        { requestedPeriod: periods(51) },
      ])
        expect(write(waits({ ...wrong, status })), JSON.stringify(wrong)).toBe(422);
    expect(write(asked({ extension: [{ url: `${virtual}-of-no-kind` }] }))).toBe('allowed');
    for (const wrong of [
      { supportingInformation: undefined },
      { supportingInformation: [] },
      { supportingInformation: [{ display: 'my visit' }] },
      { supportingInformation: [ref('Slot/booked')] },
      { supportingInformation: [ref('xAppointment/booked')] },
      { supportingInformation: [ref('Appointment/a'), ref('Appointment/b')] },
      { slot: [ref('Slot/x')] },
      { start: '2026-01-01T10:00:00Z' },
    ])
      expect(write(waits(wrong)), JSON.stringify(wrong)).toBe(422);
  });

  const begun: Readonly<Record<string, object>> = {
    Consent: { status: 'draft', patient: self },
    DocumentReference: {
      status: 'current',
      subject: self,
      author: [self],
      type: { coding: [{ system: 'http://loinc.org', code: '64290-0' }] },
    },
    Observation: { status: 'final', subject: self, performer: [self] },
    Task: { status: 'requested', for: self, requester: self },
  };
  it.each([
    ['Consent', ['organization', 'verification']],
    ['DocumentReference', ['authenticator', 'custodian', 'relatesTo', 'securityLabel']],
    ['Observation', ['interpretation', 'basedOn']],
    ['Task', ['output', 'executionPeriod', 'businessStatus', 'groupIdentifier']],
  ])('%s: what the clinic says by %j is not theirs to begin with', (resourceType, elements) => {
    const resource = { resourceType, ...begun[resourceType] };
    expect(write(resource)).toBe('allowed');
    for (const element of elements) expect(write({ ...resource, [element]: {} }), element).toBe(422);
  });

  it('Task: they ask for a correction of their profile; the rest of the clinic’s queue is filed by this server', () => {
    const task = (...coding: object[]) => ({
      resourceType: 'Task',
      ...begun.Task,
      code: { text: 'x', coding },
    });
    const system = 'urn:wellspring:task';
    for (const right of [[], [{ system, code: 'profile-correction' }], [{ system: 'urn:x', code: 'refill' }]])
      expect(write(task(...right)), JSON.stringify(right)).toBe('allowed');
    expect(write({ ...task(), code: { text: 'x' } })).toBe('allowed');
    for (const wrong of [
      [{ system, code: 'refill' }],
      [{ system }],
      [{ code: 'x' }, { system, code: 'result' }],
    ])
      expect(write(task(...wrong)), JSON.stringify(wrong)).toBe(422);
  });

  it('QuestionnaireResponse: the answers are their own, or the patient’s whom they write for', () => {
    const answers = (author: string, source?: string) => ({
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      subject: self,
      author: ref(author),
      ...(source === undefined ? {} : { source: source === '' ? {} : ref(source) }),
    });
    const mum = 'RelatedPerson/mum';
    for (const source of [undefined, 'Patient/a']) {
      expect(write(answers('Patient/a', source))).toBe('allowed');
      expect(write(answers(mum, source), undefined, asProxy('a'))).toBe('allowed');
    }
    expect(write(answers(mum, mum), undefined, asProxy('a'))).toBe('allowed');
    for (const source of [mum, 'Patient/b', 'Practitioner/d', ''])
      expect(write(answers('Patient/a', source)), source).toBe(422);
    const alone = contextOf('user/*.cruds', { user: 'Patient/a' });
    expect(write(answers('Patient/a', 'Patient/a'), undefined, alone)).toBe('allowed');
  });

  it('Communication: what they write has not been received', () => {
    const message = { resourceType: 'Communication', status: 'completed', subject: self, sender: self };
    expect(write(message)).toBe('allowed');
    expect(write({ ...message, received: '2026' })).toBe(422);
  });

  it('DocumentReference: a health insurance card or a paper of their own, and no final one', () => {
    const card = (coding: unknown, more: object = {}) => ({
      resourceType: 'DocumentReference',
      status: 'current',
      subject: self,
      author: [self],
      ...(coding === undefined ? {} : { type: { coding } }),
      ...more,
    });
    const loinc = { system: 'http://loinc.org', code: '64290-0' };
    expect(write(card([loinc]))).toBe('allowed');
    expect(write(card([loinc], { docStatus: 'preliminary' }))).toBe('allowed');
    expect(write(card([loinc], { docStatus: 'final' }))).toBe(422);
    const paper = { ...loinc, code: '51855-5' };
    expect(write(card([paper], { docStatus: 'preliminary' }))).toBe('allowed');
    expect(write(card([paper]))).toBe(422);
    expect(write(card([paper], { docStatus: 'final' }))).toBe(422);
    for (const coding of [
      undefined,
      [],
      [loinc, loinc],
      [{ ...loinc, code: '1' }],
      [{ ...loinc, system: 'urn:x' }],
    ])
      expect(write(card(coding)), JSON.stringify(coding)).toBe(422);
    expect(write(card([loinc], { status: 'superseded' }))).toBe(422);
    expect(write(card([loinc], { author: [self, ref('Practitioner/d')] }))).toBe(422);
  });

  it('Patient: of extensions, the pharmacy alone', () => {
    const url = 'http://hl7.org/fhir/StructureDefinition/patient-preferredPharmacy';
    const person = (...extension: object[]) => ({
      resourceType: 'Patient',
      id: 'a',
      ...(extension.length > 0 ? { extension } : {}),
    });
    const race = { url: 'urn:race', valueString: 'x' };
    expect(write(person(race, { url, valueReference: ref('Organization/p') }), person(race))).toBe('allowed');
    expect(write(person(race), person(race, { url }))).toBe('allowed');
    expect(write(person(), person(race))).toBe(422);
    expect(write(person({ ...race, valueString: 'y' }), person(race))).toBe(422);
    expect(write(person({ url: 'urn:new' }, { url }), person())).toBe(422);
  });
});

describe('who wrote it', () => {
  it('is told by a mark of this server', () => {
    expect(WRITTEN_BY).toBe('urn:wellspring:written-by');
    expect(writerOf(markedBy('Patient/a'))).toBe('Patient/a');
    expect(writerOf({ meta: { tag: [{ system: 'urn:x', code: 'Patient/a' }] } })).toBeUndefined();
    expect([writerOf({}), writerOf({ meta: null }), writerOf({ meta: 'x' })]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(metaOf({ meta: null })).toEqual({});
    expect(withMark({ tag: [mark('Patient/a'), { code: 'y' }], security: [] }, 'Patient/b')).toEqual({
      tag: [{ code: 'y' }, mark('Patient/b')],
      security: [],
    });
    expect(withMark({ tag: [mark('Patient/a')], profile: ['p'] }, undefined)).toEqual({ profile: ['p'] });
    expect(withMark({}, undefined)).toEqual({});
  });

  it('is theirs who wrote it, and the patient’s whoever wrote it from their side', () => {
    const theirs = (writer: string | undefined, access = asPatient('a')) =>
      isOwnWriting(writer ? markedBy(writer) : {}, access);
    expect([theirs('Patient/a'), theirs('RelatedPerson/mum'), theirs(undefined)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([theirs('RelatedPerson/mum', asProxy('a')), theirs('Patient/a', asProxy('a'))]).toEqual([
      true,
      false,
    ]);
    expect(theirs('Patient/a', contextOf('patient/*.u', { patient: 'a' }))).toBe(true);
    expect(selfOf(asProxy('a'))).toBe('RelatedPerson/mum');
    expect(selfOf(contextOf('patient/*.u', { patient: 'a' }))).toBe('Patient/a');
  });
});

describe('labels and narrative from the patient’s side', () => {
  const settled = (
    resource: Record<string, unknown>,
    before?: Record<string, unknown>,
    access = asPatient('a'),
  ) => {
    settlePatientSide(access, resource, before as Json | undefined);
    return resource;
  };
  const label = { system: 'urn:l', code: 'NOPAT' };

  it('are not theirs to set', () => {
    for (const name of ['security', 'tag']) {
      expect(() => settled({ resourceType: 'Task', meta: { [name]: [label] } })).toThrow(forbidden);
      expect(() => settled({ meta: { [name]: [label, label] } }, { meta: { [name]: [label] } })).toThrow(
        forbidden,
      );
      expect(() => settled({ meta: { [name]: [] } }, { meta: { [name]: [label] } })).toThrow(forbidden);
      expect(settled({ status: 'x' }, { meta: { [name]: [label] } }).meta).toEqual({ [name]: [label] });
      expect(settled({ meta: { [name]: [label] } }, { meta: { [name]: [label] } }).meta).toEqual({
        [name]: [label],
      });
    }
    expect(() => settled({ meta: { profile: ['p'] } }, { meta: {} })).toThrow(forbidden);
    expect(settled({ meta: { profile: ['p'] } }).meta).toEqual({ profile: ['p'], tag: [mark('Patient/a')] });
    expect(settled({ meta: { source: 'urn:x', versionId: '7' } }).meta).toEqual({ tag: [mark('Patient/a')] });
  });

  it('nor is what changes the meaning of the rest, at any depth; what the clinic said of it stays', () => {
    const modifierExtension = [{ url: 'urn:not', valueBoolean: true }];
    for (const odd of [
      { implicitRules: 'urn:rules' },
      { modifierExtension },
      { note: [null, { text: 'x' }, { modifierExtension }] },
      { input: [{ valueTiming: { repeat: { modifierExtension } } }] },
    ]) {
      expect(() => settled({ resourceType: 'Task', ...odd })).toThrow(forbidden);
      expect(() => settled({ resourceType: 'Task', ...odd }, { resourceType: 'Task' })).toThrow(forbidden);
      expect(settled({ resourceType: 'Task', ...odd }, { resourceType: 'Task', ...odd })).toMatchObject(odd);
    }
    const changed = { note: [{ text: 'y', modifierExtension }] };
    expect(() => settled(changed, { note: [{ text: 'x', modifierExtension }] })).toThrow(forbidden);
    expect(settled({ note: [{ text: 'modifierExtension' }] })).toMatchObject({
      note: [{ text: 'modifierExtension' }],
    });
  });

  it('keep who wrote it first, whatever mark the request brings', () => {
    expect(settled({ meta: { tag: [mark('Patient/z')] } }, undefined, asProxy('a')).meta).toEqual({
      tag: [mark('RelatedPerson/mum')],
    });
    expect(
      settled({ meta: { tag: [mark('Patient/z')] } }, { meta: { tag: [mark('RelatedPerson/mum')] } }).meta,
    ).toEqual({
      tag: [mark('RelatedPerson/mum')],
    });
    expect(settled({ meta: { tag: [mark('Patient/z')] } }, {}).meta).toBeUndefined();
    expect(() => settled({ meta: { security: [mark('Patient/z')] } }, {})).toThrow(forbidden);
  });

  it('let a narrative stand where nothing else changes, and drop it where something does', () => {
    const text = { div: 'stored' };
    expect(settled({ status: 'a', text: { div: 'mine' } }).text).toBeUndefined();
    expect(settled({ status: 'a', text: { div: 'mine' } }, { status: 'a', text }).text).toEqual(text);
    expect(settled({ status: 'a' }, { status: 'a', text, meta: { versionId: '1' } }).text).toEqual(text);
    expect(settled({ status: 'b', text }, { status: 'a', text }).text).toBeUndefined();
  });

  it('leave no empty element behind', () => {
    expect(settled({ status: 'x' }, { status: 'y' })).toStrictEqual({ status: 'x' });
    expect(settled({ status: 'x', text: {} }, { status: 'x', text: {} })).toStrictEqual({ status: 'x' });
    const written: Record<string, unknown> = { status: 'x', meta: { tag: [mark('Patient/a')] } };
    settleClinicSide(contextOf('system/*.cruds'), written, false);
    expect(written).toStrictEqual({ status: 'x' });
  });

  it.each([
    ...['CareTeam', 'Group', 'HealthcareService', 'Organization', 'Patient', 'Person', 'Practitioner'],
    ...['PractitionerRole', 'RelatedPerson'],
  ])('do not come with a %s who is made up', (resourceType) => {
    const contained = [
      { resourceType: 'Medication', id: 'm' },
      { resourceType, id: 'x' },
    ];
    expect(() => settled({ resourceType: 'MedicationStatement', contained })).toThrow(forbidden);
    expect(() => settled({ contained }, { contained: [contained[0]] })).toThrow(forbidden);
    // What the clinic contained in it stays.
    expect(settled({ contained, status: 'x' }, { contained }).contained).toEqual(contained);
  });

  it('are not brought along inside of what is contained', () => {
    const medication = { resourceType: 'Medication', id: 'm', code: { text: 'x' } };
    const labelled = { ...medication, text: { div: 'mine' }, meta: { security: [label] } };
    expect(settled({ contained: [labelled] }).contained).toStrictEqual([medication]);
    expect(settled({ contained: [labelled] }, { contained: [medication] }).contained).toStrictEqual([
      medication,
    ]);
    expect(settled({ contained: [labelled] }, { contained: [labelled] }).contained).toStrictEqual([labelled]);
    expect(settled({ contained: 'x' }).contained).toBe('x');
  });

  it('give way to the clinic: what it writes is its own, but what a system brings along', () => {
    const written = (resource: Record<string, unknown>, isSystemCreate = false) => {
      settleClinicSide(contextOf('system/*.cruds'), resource, isSystemCreate);
      return resource.meta;
    };
    expect(written(markedBy('Patient/a'))).toEqual({ tag: [{ system: 'urn:x', code: 'y' }] });
    expect(written({ meta: { tag: [mark('Patient/a')] } })).toBeUndefined();
    expect(written(markedBy('Patient/a'), true)).toEqual(markedBy('Patient/a').meta);
    const untouched = { meta: { tag: [{ code: 'y' }] } };
    expect(written(untouched)).toBe(untouched.meta);
  });

  it('keep, of a visit, who changed it last, also where the server does it for them; of others’ visits nothing is said', () => {
    const visit = (patient: string) => ({
      resourceType: 'Appointment',
      participant: [{ actor: ref(`Patient/${patient}`) }],
    });
    const before = { ...visit('a'), status: 'booked' } as Json;
    expect(settled({ ...visit('a'), status: 'cancelled' }, before).meta).toEqual({
      tag: [mark('Patient/a')],
    });
    const done = (caller: AccessContext, resource: Record<string, unknown>, isSystemCreate = false) => {
      settleClinicSide(onBehalf(caller, 'system/Appointment.crus'), resource, isSystemCreate);
      return resource.meta;
    };
    const theirs = { tag: [mark('Patient/a')] };
    expect([done(asPatient('a'), visit('a')), done(asPatient('a'), visit('a'), true)]).toEqual([
      theirs,
      theirs,
    ]);
    expect(done(asPatient('a'), { ...visit('b'), meta: { tag: [mark('Patient/b')] } })).toBeUndefined();
    expect(done(asPatient('a'), { ...visit('a'), resourceType: 'Slot' })).toBeUndefined();
    expect(done(contextOf('system/*.cruds'), { ...visit('a'), meta: theirs })).toBeUndefined();
  });
});

describe('contact data from the patient’s side', () => {
  const NOW = Date.parse('2026-06-01T12:00:00Z');
  const unconfirmed = (since = '2026-06-01T12:00:00.000Z') => ({
    url: UNCONFIRMED_CONTACT,
    valueDateTime: since,
  });
  const other = { url: 'urn:preference', valueBoolean: true };
  const mail = (value: string, ...extension: object[]) => ({
    system: 'email',
    value,
    ...(extension.length > 0 ? { extension } : {}),
  });
  const marked = (after: object[] | undefined, before: object[] | undefined) => {
    const resource: Record<string, unknown> = after === undefined ? {} : { telecom: after };
    const changed = markContacts(
      resource,
      { resourceType: 'Patient', ...(before ? { telecom: before } : {}) },
      NOW,
    );
    return { changed, telecom: resource.telecom };
  };

  it('carries a mark until the clinic confirms it', () => {
    expect(marked([mail('new')], undefined)).toEqual({
      changed: true,
      telecom: [mail('new', unconfirmed())],
    });
    expect(marked([mail('old'), mail('new')], [mail('old')])).toEqual({
      changed: true,
      telecom: [mail('old'), mail('new', unconfirmed())],
    });
    expect(marked([mail('old', other)], [mail('old')])).toEqual({
      changed: false,
      telecom: [mail('old', other)],
    });
    const since = unconfirmed('2020-01-01T00:00:00.000Z');
    expect(marked([mail('new')], [mail('new', since, other)])).toEqual({
      changed: false,
      telecom: [mail('new', since)],
    });
    expect(marked([mail('new', other)], [mail('new', since)])).toEqual({
      changed: false,
      telecom: [mail('new', other, since)],
    });
  });

  it('that is there twice is confirmed where the clinic has it once without a mark', () => {
    const since = unconfirmed('2020-01-01T00:00:00.000Z');
    expect(marked([mail('a')], [mail('a', since), mail('a')]).telecom).toEqual([mail('a')]);
    expect(marked([mail('a')], [mail('a'), mail('a', since)]).telecom).toEqual([mail('a')]);
  });

  it('is not confirmed, nor accused, by what a request says', () => {
    expect(marked([mail('new', unconfirmed('1999-01-01T00:00:00Z'))], undefined).telecom).toEqual([
      mail('new', unconfirmed()),
    ]);
    expect(marked([mail('old', unconfirmed())], [mail('old')])).toEqual({
      changed: false,
      telecom: [mail('old')],
    });
  });

  it('is another contact by system, value, use or period, and not by rank', () => {
    const before = [{ system: 'phone', value: '1', use: 'home', period: { start: '2020' } }];
    expect(marked([{ ...before[0], rank: 1 }], before).changed).toBe(false);
    for (const change of [{ system: 'sms' }, { value: '2' }, { use: 'work' }, { period: { start: '2021' } }])
      expect(marked([{ ...before[0], ...change }], before).changed, JSON.stringify(change)).toBe(true);
  });

  it('is changed when one is less, and not when their order is another', () => {
    expect(marked([mail('b'), mail('a')], [mail('a'), mail('b')]).changed).toBe(false);
    expect(marked([mail('a')], [mail('a'), mail('b')]).changed).toBe(true);
    expect(marked(undefined, [mail('a')])).toEqual({ changed: true, telecom: undefined });
    expect(marked(undefined, undefined)).toEqual({ changed: false, telecom: undefined });
  });

  it('is known by its mark', () => {
    expect(UNCONFIRMED_CONTACT).toBe('urn:wellspring:unconfirmed-contact');
    expect([
      isMarked(mail('a', other, unconfirmed())),
      isMarked(mail('a', other)),
      isMarked(mail('a')),
    ]).toEqual([true, false, false]);
  });
});
