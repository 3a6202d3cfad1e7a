/**
 * The oracle comparison (docs/SECURITY.md): each request once about what is another patient's and once about what is not there. The answers are the same bytes, headers
 * included; ids, times and the request's own text are left out. For patients, proxies, and staff outside the patients they look after.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observation, patient } from './resources.ts';
import { type Answer, openWorld, type World } from './world.ts';

type Resource = { resourceType: string; id: string; [element: string]: unknown };

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}
/** `who`: begins every id of the patient asked about. */
type Shape = (who: string) => Ask;

/** As long as each other, so that lengths tell nothing either. */
const FOREIGN = 'somebody';
const NOBODY = 'nobodyxx';
const OWN = 'myself-a';

const ref = (reference: string) => ({ reference });
const DAY = '2024-03-01';
const INSTANT = `${DAY}T09:00:00Z`;

/** A record of one of each of these types; ids begin with whose it is. */
function recordOf(who: string): Resource[] {
  const subject = ref(`Patient/${who}`);
  const of = (resourceType: string, elements: object): Resource => ({
    resourceType,
    id: `${who}-${resourceType}`,
    ...elements,
  });
  return [
    patient(who, { identifier: [{ system: 'urn:mrn', value: `mrn-${who}` }] }),
    of('Observation', { ...observation(who, 9.9), identifier: [{ system: 'urn:o', value: `o-${who}` }] }),
    of('Condition', { code: { text: 'Asthma' }, subject }),
    of('Encounter', { status: 'finished', class: { code: 'AMB' }, subject, period: { start: INSTANT } }),
    of('Communication', { status: 'completed', subject, sender: ref('Practitioner/doc'), sent: INSTANT }),
    of('Appointment', {
      status: 'booked',
      start: '2099-03-01T09:00:00Z',
      end: '2099-03-01T09:30:00Z',
      slot: [ref(`Slot/slot-of-${who}`)],
      participant: [{ actor: subject, status: 'accepted' }],
    }),
    of('DocumentReference', {
      status: 'current',
      subject,
      content: [{ attachment: { url: `Binary/${who}-Binary` } }],
    }),
    of('Binary', { contentType: 'text/plain', data: 'aGVsbG8=', securityContext: subject }),
    of('Media', { status: 'completed', subject, content: { url: `Binary/${who}-scan` } }),
    of('Subscription', {
      status: 'off',
      reason: 'x',
      criteria: `Observation?patient=${who}`,
      channel: { type: 'websocket', payload: 'application/fhir+json' },
    }),
    of('Task', { status: 'requested', intent: 'order', for: subject }),
    of('Coverage', { status: 'draft', beneficiary: subject, payor: [subject] }),
    of('Consent', {
      status: 'proposed',
      scope: { coding: [{ code: 'patient-privacy' }] },
      category: [{ text: 'x' }],
      patient: subject,
      policyRule: { text: 'x' },
    }),
    of('RelatedPerson', { active: true, patient: subject }),
    of('CarePlan', {
      status: 'active',
      intent: 'plan',
      subject,
      activity: [{ id: 'walk', detail: { status: 'in-progress', description: 'Walk' } }],
    }),
    of('MedicationStatement', { status: 'active', subject, medicationCodeableConcept: { text: 'Aspirin' } }),
    of('QuestionnaireResponse', { status: 'in-progress', subject }),
    of('Composition', {
      status: 'final',
      type: { text: 'x' },
      subject,
      date: INSTANT,
      author: [ref('Practitioner/doc')],
      title: 'x',
    }),
    of('List', {
      status: 'current',
      mode: 'working',
      subject,
      entry: [{ item: ref(`Observation/${who}-Observation`) }],
    }),
    of('Group', { type: 'person', actual: true, member: [{ entity: subject }] }),
    of('Provenance', {
      target: [subject],
      recorded: INSTANT,
      agent: [{ who: ref('Practitioner/doc') }],
    }),
  ];
}

const TYPES = recordOf(OWN).map(({ resourceType }) => resourceType);
const idOf = (type: string, who: string): string => (type === 'Patient' ? who : `${who}-${type}`);
const bodyOf = (type: string, who: string, of = who): Resource => {
  const found = recordOf(of).find(({ resourceType }) => resourceType === type) as Resource;
  return { ...found, id: idOf(type, who) };
};

const get = (path: string, headers?: Record<string, string>): Ask => ({
  method: 'GET',
  path,
  ...(headers ? { headers } : {}),
});
const jsonPatch = (path: string, operations: object[]): Ask => ({
  method: 'PATCH',
  path,
  body: operations,
  headers: { 'Content-Type': 'application/json-patch+json' },
});
const parameters = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter });
const post = (path: string, body: unknown, headers?: Record<string, string>): Ask => ({
  method: 'POST',
  path,
  body,
  ...(headers ? { headers } : {}),
});
const bundle = (type: string, ...asks: readonly Ask[]): Ask =>
  post('', {
    resourceType: 'Bundle',
    type,
    entry: asks.map(({ method, path, body, headers }) => ({
      ...(typeof body === 'object' ? { resource: body } : {}),
      request: {
        method,
        url: path.slice(1),
        ...(headers?.['If-Match'] ? { ifMatch: headers['If-Match'] } : {}),
        ...(headers?.['If-None-Exist'] ? { ifNoneExist: headers['If-None-Exist'] } : {}),
      },
    })),
  });

/** What can be asked of one resource by its name. */
const INSTANCE: Readonly<Record<string, (type: string) => Shape>> = {
  read: (type) => (who) => get(`/${type}/${idOf(type, who)}`),
  head: (type) => (who) => ({ method: 'HEAD', path: `/${type}/${idOf(type, who)}` }),
  'read if none match': (type) => (who) => get(`/${type}/${idOf(type, who)}`, { 'If-None-Match': 'W/"1"' }),
  'read if modified': (type) => (who) =>
    get(`/${type}/${idOf(type, who)}`, { 'If-Modified-Since': 'Sat, 01 Jan 2050 00:00:00 GMT' }),
  'read summary': (type) => (who) => get(`/${type}/${idOf(type, who)}?_summary=true`),
  vread: (type) => (who) => get(`/${type}/${idOf(type, who)}/_history/1`),
  'vread of none': (type) => (who) => get(`/${type}/${idOf(type, who)}/_history/77`),
  history: (type) => (who) => get(`/${type}/${idOf(type, who)}/_history`),
  'history since': (type) => (who) => get(`/${type}/${idOf(type, who)}/_history?_since=2020-01-01`),
  'history at': (type) => (who) => get(`/${type}/${idOf(type, who)}/_history?_at=2020-01-01`),
  search: (type) => (who) => get(`/${type}?_id=${idOf(type, who)}&_total=accurate`),
  'search count': (type) => (who) => get(`/${type}?_id=${idOf(type, who)}&_summary=count`),
  update: (type) => (who) => ({
    method: 'PUT',
    path: `/${type}/${idOf(type, who)}`,
    body: bodyOf(type, who),
  }),
  'update to the caller': (type) => (who) => ({
    method: 'PUT',
    path: `/${type}/${idOf(type, who)}`,
    body: bodyOf(type, who, OWN),
  }),
  'update if match': (type) => (who) => ({
    method: 'PUT',
    path: `/${type}/${idOf(type, who)}`,
    body: bodyOf(type, who, OWN),
    headers: { 'If-Match': 'W/"1"' },
  }),
  'update if none match': (type) => (who) => ({
    method: 'PUT',
    path: `/${type}/${idOf(type, who)}`,
    body: bodyOf(type, who, OWN),
    headers: { 'If-None-Match': '*' },
  }),
  'json patch': (type) => (who) =>
    jsonPatch(`/${type}/${idOf(type, who)}`, [{ op: 'add', path: '/language', value: 'en' }]),
  'json patch test': (type) => (who) =>
    jsonPatch(`/${type}/${idOf(type, who)}`, [{ op: 'test', path: '/status', value: 'final' }]),
  'json patch nonsense': (type) => (who) =>
    jsonPatch(`/${type}/${idOf(type, who)}`, [{ op: 'remove', path: '/nothing/7' }]),
  'fhirpath patch': (type) => (who) => ({
    method: 'PATCH',
    path: `/${type}/${idOf(type, who)}`,
    body: parameters({
      name: 'operation',
      part: [
        { name: 'type', valueCode: 'add' },
        { name: 'path', valueString: type },
        { name: 'name', valueString: 'language' },
        { name: 'value', valueCode: 'en' },
      ],
    }),
  }),
  delete: (type) => (who) => ({ method: 'DELETE', path: `/${type}/${idOf(type, who)}` }),
  'conditional delete': (type) => (who) => ({ method: 'DELETE', path: `/${type}?_id=${idOf(type, who)}` }),
  'conditional update': (type) => (who) => ({
    method: 'PUT',
    path: `/${type}?_id=${idOf(type, who)}`,
    body: bodyOf(type, who, OWN),
  }),
  'conditional create': (type) => (who) =>
    post(`/${type}`, bodyOf(type, who), { 'If-None-Exist': `_id=${idOf(type, who)}` }),
  meta: (type) => (who) => get(`/${type}/${idOf(type, who)}/$meta`),
  'meta add': (type) => (who) =>
    post(
      `/${type}/${idOf(type, who)}/$meta-add`,
      parameters({ name: 'meta', valueMeta: { tag: [{ system: 'urn:t', code: 't' }] } }),
    ),
  'meta delete': (type) => (who) =>
    post(
      `/${type}/${idOf(type, who)}/$meta-delete`,
      parameters({ name: 'meta', valueMeta: { tag: [{ system: 'urn:t', code: 't' }] } }),
    ),
  'validate instance': (type) => (who) => post(`/${type}/${idOf(type, who)}/$validate`, undefined),
  'batch read': (type) => (who) => bundle('batch', get(`/${type}/${idOf(type, who)}`)),
  'transaction update': (type) => (who) =>
    bundle('transaction', {
      method: 'PUT',
      path: `/${type}/${idOf(type, who)}`,
      body: bodyOf(type, who, OWN),
    }),
  'transaction delete': (type) => (who) =>
    bundle('transaction', { method: 'DELETE', path: `/${type}/${idOf(type, who)}` }),
  'audit by entity': (type) => (who) => get(`/AuditEvent?entity=${type}/${idOf(type, who)}`),
};

const message = (elements: object): Resource => ({
  resourceType: 'Communication',
  id: 'x',
  status: 'completed',
  subject: ref(`Patient/${OWN}`),
  sender: ref(`Patient/${OWN}`),
  ...elements,
});
const appointmentFor = (elements: object) =>
  parameters({
    name: 'appt-resource',
    resource: {
      resourceType: 'Appointment',
      status: 'proposed',
      slot: [ref('Slot/free')],
      participant: [{ actor: ref(`Patient/${OWN}`), status: 'accepted' }],
      ...elements,
    },
  });
/** A draft to whoever a query finds. */
const broadcastTo = (expression: string) => ({
  resourceType: 'CommunicationRequest',
  status: 'draft',
  category: [{ coding: [{ system: 'urn:wellspring:broadcast', code: 'message' }] }],
  reasonCode: [{ text: 'x' }],
  payload: [{ contentString: 'x' }],
  contained: [
    {
      resourceType: 'Group',
      id: 'who',
      type: 'person',
      actual: true,
      modifierExtension: [
        {
          url: 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter',
          valueExpression: { language: 'application/x-fhir-query', expression },
        },
      ],
    },
  ],
  recipient: [ref('#who')],
});
const extension = (reference: string) => [{ url: 'urn:x', valueReference: ref(reference) }];

/** What names a patient, or something of theirs, from elsewhere. */
const OTHER: Readonly<Record<string, Shape>> = {
  ...Object.fromEntries(
    [
      'Observation?patient=@',
      'Observation?subject=Patient/@',
      'Observation?subject:Patient=@',
      'Observation?subject.identifier=urn:mrn|mrn-@',
      'Observation?subject:Patient.name=Family%20@',
      'Observation?encounter=Encounter/@-Encounter',
      'Observation?identifier=urn:o|o-@',
      'Observation?_filter=patient%20eq%20"Patient/@"',
      'Observation?_list=@-List',
      'Observation?patient=@&_sort=-date&_count=1&_total=accurate',
      'Observation?patient=@&_include=Observation:subject&_revinclude=Provenance:target',
      'Patient?_id=@&_revinclude=*',
      'Patient?name=Family%20@',
      'Patient?identifier=urn:mrn|mrn-@&_summary=count',
      'Patient?_has:Observation:patient:_id=@-Observation',
      'Practitioner?_has:Communication:sender:_id=@-Communication',
      'Slot?_has:Appointment:slot:_id=@-Appointment',
      'Encounter?patient=@',
      'Appointment?actor=Patient/@',
      'Appointment?slot=Slot/slot-of-@',
      'DocumentReference?patient=@&_elements=id',
      'Group?member=Patient/@',
      'Provenance?target=Patient/@',
      'Provenance?patient=@',
      'AuditEvent?patient=@',
      'AuditEvent?agent=@',
      'AuditEvent?entity=Patient/@',
      '?_type=Observation,Condition&_id=@-Observation',
      'Patient/@/Observation',
      'Patient/@/*',
      'Patient/@/Observation?code=http://loinc.org|4548-4',
      'Encounter/@-Encounter/Observation',
      'RelatedPerson/@-RelatedPerson/Appointment',
      'Patient/@/$everything',
      'Patient/@/$everything?_type=Observation',
      'Observation/$lastn?patient=@&category=laboratory',
      'DocumentReference/$docref?patient=@',
      'Patient/@/$summary',
      'Composition/@-Composition/$document',
      'Composition/$document?id=@-Composition',
      'DocumentReference/$docref?patient=@&on-demand=true',
      'Patient/@/$calendar-feed',
      'Patient/@/$push-device',
      'Patient/@/$share-link',
      'Binary/@-Binary',
      'Patient/@/$age-rules',
      'Binary/@-scan',
      'Binary/@-scan/_history',
      'Binary?_id=@-scan,@-Binary&_total=accurate',
      'Provenance/@-of-scan',
      'Provenance?target=Binary/@-scan',
      'Provenance?target=Observation/@-Observation&_include=Provenance:target',
      'Task?focus=Observation/@-Observation&_revinclude=Provenance:target',
      'Subscription/@-Subscription/$status',
      'Subscription/$status?id=@-Subscription',
      'Subscription/@-Subscription/$events',
      'Subscription/@-Subscription/$get-ws-binding-token',
      'Subscription/$get-ws-binding-token?ids=@-Subscription',
      'Subscription/@-Subscription/$signing-secret',
      'Subscription/@-Subscription/$dead-letters',
      'Group/@-Group/$export',
      'Patient/$export?_typeFilter=Observation%3Fpatient%3D@',
      '$export?patient=@',
      'Group/$for-broadcasts?_id=@-Group',
      'Appointment/$find?patient=@&start=2099-03-01T00:00:00Z&end=2099-03-02T00:00:00Z',
      'jobs/@',
      'RelatedPerson/@-RelatedPerson/$age-rules',
      'Observation?patient=@&_total=estimate&_sort=-_lastUpdated,code',
      'Observation?subject:Patient._has:Condition:patient:_id=@-Condition',
      'Practitioner?_has:Communication:sender:subject:Patient._id=@',
      'Patient?_filter=_id%20eq%20"@"&_total=accurate',
      '?_type=Patient,Task&_filter=_id%20eq%20"@"%20or%20_id%20eq%20"@-Task"',
      'Patient?_has:Group:member:_id=@-Group',
      'Patient?_has:RelatedPerson:patient:_id=@-RelatedPerson&_summary=count',
      'Task?focus:QuestionnaireResponse._id=@-QuestionnaireResponse&_include=Task:focus',
      'Task?patient=@&_include=*&_include:iterate=Patient:general-practitioner',
      'List?item=Observation/@-Observation&_sort=-date',
      'Communication?based-on:CommunicationRequest.subject=Patient/@',
      'Observation?_id=@-Observation&_content=9.9',
      'Patient?link=Patient/@',
      'Patient/@/Condition?_has:Encounter:diagnosis:_id=@-Encounter',
      'Patient/@/$opened',
      'Observation?patient=@&code:in=urn:set:stored&_total=accurate',
      'Observation?patient=@&code:not-in=urn:set:stored&_summary=count',
      'Observation?code:in=urn:set:stored&subject:Patient._id=@',
      'Patient?_has:Observation:patient:code:in=urn:set:stored&_id=@',
      'ValueSet/$expand?url=urn:set:stored&filter=@',
      '$exchange-state?subscription=@-Subscription',
      '$role-policy?patient=@',
      'Patient/@/$rights',
    ].map((path) => [path, (who: string) => get(`/${path.replaceAll('@', who)}`)]),
  ),
  'POST _search': (who) =>
    post('/Observation/_search', `patient=${who}&_total=accurate`, {
      'Content-Type': 'application/x-www-form-urlencoded',
    }),
  'absolute reference': (who) => get(`/Observation?subject=BASE/Patient/${who}`),
  'export of somebody': (who) =>
    post('/Patient/$export', parameters({ name: 'patient', valueReference: ref(`Patient/${who}`) })),
  'undo a merge': (who) =>
    post(
      '/Patient/$undo-merge',
      parameters({ name: 'source-patient', valueReference: ref(`Patient/${who}`) }),
    ),
  'undo a merge into': (who) =>
    post(
      '/Patient/$undo-merge',
      parameters(
        { name: 'source-patient', valueReference: ref(`Patient/${OWN}`) },
        { name: 'target-patient', valueReference: ref(`Patient/${who}`) },
      ),
    ),
  'mark as opened in the record of': (who) =>
    post(`/Patient/${who}/$opened`, parameters({ name: 'mark', valueString: 'x' })),
  'revoke the health cards of': (who) => post(`/Patient/${who}/$health-cards-revoke`, parameters()),
  'replay from a number on': (who) =>
    post(
      `/Subscription/${who}-Subscription/$replay`,
      parameters({ name: 'eventsSinceNumber', valueString: '1' }),
    ),
  'set held against a code of theirs': (who) =>
    post(
      '/ValueSet/$validate-code',
      parameters(
        { name: 'url', valueUri: 'urn:set:stored' },
        { name: 'code', valueCode: `${who}-Observation` },
        { name: 'system', valueUri: 'http://loinc.org' },
      ),
    ),
  'broadcast to somebody': (who) =>
    post(
      '/CommunicationRequest/$broadcast',
      parameters({ name: 'request', resource: broadcastTo(`Patient?_id=${who}`) }),
    ),
  'replay what was not delivered': (who) => post(`/Subscription/${who}-Subscription/$replay`, parameters()),
  'several websocket tokens': (who) =>
    post(
      '/Subscription/$get-ws-binding-token',
      parameters({ name: 'id', valueString: `${who}-Subscription` }),
    ),
  'file of something of theirs': (who) =>
    post('/Binary', {
      resourceType: 'Binary',
      contentType: 'text/plain',
      data: 'eA==',
      securityContext: ref(`DocumentReference/${who}-DocumentReference`),
    }),
  'file of theirs by header': (who) =>
    post('/Binary', 'x', {
      'Content-Type': 'text/plain',
      'X-Security-Context': `Observation/${who}-Observation`,
    }),
  'tick of a plan': (who) =>
    post('/Observation', {
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: 'urn:wellspring:plan-activity', code: 'walk' }] },
      basedOn: [ref(`CarePlan/${who}-CarePlan`)],
      subject: ref(`Patient/${OWN}`),
      performer: [ref(`Patient/${OWN}`)],
      valueBoolean: true,
    }),
  'health card of one result': (who) =>
    post(
      `/Patient/${OWN}/$health-cards-issue`,
      parameters(
        { name: 'credentialType', valueUri: 'Observation' },
        { name: 'hostedResource', valueUri: `Observation/${who}-Observation` },
      ),
    ),
  'health card': (who) =>
    post(
      `/Patient/${who}/$health-cards-issue`,
      parameters({ name: 'credentialType', valueUri: 'Immunization' }),
    ),
  'calendar feed': (who) => post(`/Patient/${who}/$calendar-feed`, parameters()),
  'calendar feed end': (who) => post(`/Patient/${who}/$calendar-feed-end`, parameters()),
  'share link': (who) =>
    post(
      `/Patient/${who}/$share-link`,
      parameters(
        { name: 'file', valueString: 'eyJhbGciOiJkaXIifQ..aXY.c2VhbGVk.dGFn' },
        { name: 'expires', valueString: new Date(Date.now() + 3_600_000).toISOString() },
      ),
    ),
  'share link end': (who) =>
    post(`/Patient/${who}/$share-link-end`, parameters({ name: 'id', valueString: 'x' })),
  'push device': (who) =>
    post(
      `/Patient/${who}/$push-device`,
      parameters({ name: 'endpoint', valueString: 'https://push.example/x' }),
    ),
  'push device end': (who) =>
    post(`/Patient/${who}/$push-device-end`, parameters({ name: 'id', valueString: 'x' })),
  'test notice': (who) => post(`/Patient/${who}/$test-notice`, parameters()),
  subscription: (who) =>
    post('/Subscription', {
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'x',
      criteria: `Observation?patient=${who}`,
      channel: { type: 'websocket', payload: 'application/fhir+json' },
    }),
  merge: (who) =>
    post(
      '/Patient/$merge',
      parameters(
        { name: 'source-patient', valueReference: ref(`Patient/${who}`) },
        { name: 'target-patient', valueReference: ref(`Patient/${OWN}`) },
      ),
    ),
  recipients: (who) =>
    post(
      '/CommunicationRequest/$recipients',
      parameters({ name: 'request', resource: broadcastTo(`Patient?_id=${who}`) }),
    ),
  'recipients by a query of something else': (who) =>
    post(
      '/CommunicationRequest/$recipients',
      parameters({
        name: 'request',
        resource: broadcastTo(`Patient?_has:Observation:patient:_id=${who}-Observation`),
      }),
    ),
  'stop a broadcast': (who) => post(`/CommunicationRequest/${who}-x/$stop`, undefined),
  'provenance header': (who) =>
    post('/Communication', message({}), {
      'X-Provenance': JSON.stringify({
        resourceType: 'Provenance',
        recorded: INSTANT,
        agent: [{ who: ref(`Patient/${OWN}`) }],
        entity: [{ role: 'source', what: ref(`Observation/${who}-Observation`) }],
      }),
    }),
  'binary of': (who) =>
    post('/Binary', {
      resourceType: 'Binary',
      contentType: 'text/plain',
      data: 'aGVsbG8=',
      securityContext: ref(`Patient/${who}`),
    }),
  'task about': (who) =>
    post('/Task', {
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      for: ref(`Patient/${OWN}`),
      requester: ref(`Patient/${OWN}`),
      focus: ref(`Coverage/${who}-Coverage`),
    }),
  'answers to what was asked of': (who) =>
    post('/QuestionnaireResponse', {
      resourceType: 'QuestionnaireResponse',
      status: 'in-progress',
      subject: ref(`Patient/${OWN}`),
      author: ref(`Patient/${OWN}`),
      basedOn: [ref(`ServiceRequest/${who}-x`)],
      partOf: [ref(`Observation/${who}-Observation`)],
    }),
  'conditional update with a reference inside': (who) =>
    bundle('transaction', {
      method: 'PUT',
      path: `/Communication?identifier=urn:c|c-${who}`,
      body: { ...message({ about: [ref(`Condition?_id=${who}-Condition`)] }), id: undefined },
    }),
  'validate with a reference': (who) =>
    post('/Communication/$validate', message({ about: [ref(`Observation/${who}-Observation`)] })),
  match: (who) =>
    post(
      '/Patient/$match',
      parameters({ name: 'resource', resource: { ...patient(who), id: undefined, gender: 'unknown' } }),
    ),
  cancel: (who) => post(`/Appointment/${who}-Appointment/$cancel`, parameters()),
  'hold for': (who) =>
    post(
      '/Appointment/$hold',
      appointmentFor({ participant: [{ actor: ref(`Patient/${who}`), status: 'accepted' }] }),
    ),
  'book for': (who) =>
    post(
      '/Appointment/$book',
      appointmentFor({ participant: [{ actor: ref(`Patient/${who}`), status: 'accepted' }] }),
    ),
  'hold with an extension': (who) =>
    post(
      '/Appointment/$hold',
      appointmentFor({ reasonCode: [{ extension: extension(`Condition/${who}-Condition`) }] }),
    ),
  'book with an extension': (who) =>
    post(
      '/Appointment/$book',
      appointmentFor({ reasonCode: [{ extension: extension(`Condition/${who}-Condition`) }] }),
    ),
  'book what is held': (who) => post('/Appointment/$book', appointmentFor({ id: `${who}-Appointment` })),
  'book in the place of': (who) => {
    const body = appointmentFor({});
    body.parameter.push({ name: 'replaces', valueReference: ref(`Appointment/${who}-Appointment`) });
    return post('/Appointment/$book', body);
  },
  'create for': (who) => post('/Communication', message({ subject: ref(`Patient/${who}`) })),
  'create by': (who) => post('/Communication', message({ sender: ref(`Patient/${who}`) })),
  'create about': (who) =>
    post('/Communication', message({ about: [ref(`Observation/${who}-Observation`)] })),
  'create about a version': (who) =>
    post('/Communication', message({ about: [ref(`Observation/${who}-Observation/_history/1`)] })),
  'create about, absolute': (who) =>
    post('/Communication', message({ about: [ref(`BASE/Observation/${who}-Observation`)] })),
  'create with an extension': (who) =>
    post('/Communication', message({ extension: extension(`Condition/${who}-Condition`) })),
  'create with an extension of a primitive': (who) =>
    post('/Communication', message({ _status: { extension: extension(`Condition/${who}-Condition`) } })),
  'create with a contained resource': (who) =>
    post(
      '/Communication',
      message({
        contained: [{ resourceType: 'Basic', id: 'c', code: { text: 'x' }, subject: ref(`Patient/${who}`) }],
        about: [ref('#c')],
      }),
    ),
  'create with a group': (who) => post('/Communication', message({ recipient: [ref(`Group/${who}-Group`)] })),
  'create with a binary': (who) =>
    post('/Communication', message({ payload: [{ contentReference: ref(`Binary/${who}-Binary`) }] })),
  'create if none exists': (who) =>
    post('/Communication', message({}), { 'If-None-Exist': `_id=${who}-Communication` }),
  'conditional reference': (who) =>
    bundle(
      'transaction',
      post('/Communication', message({ about: [ref(`Observation?identifier=urn:o|o-${who}`)] })),
    ),
  'conditional reference to a patient': (who) =>
    bundle(
      'transaction',
      post('/Communication', message({ subject: ref(`Patient?identifier=urn:mrn|mrn-${who}`) })),
    ),
  'transaction of own and foreign': (who) =>
    bundle(
      'transaction',
      post('/Communication', message({ about: [ref(`Observation/${who}-Observation`)] })),
      { method: 'PUT', path: `/Observation/${who}-Observation`, body: bodyOf('Observation', who) },
    ),
  'conditional patch': (who) =>
    jsonPatch(`/Observation?identifier=urn:o|o-${who}`, [{ op: 'add', path: '/language', value: 'en' }]),
  'conditional update by identifier': (who) => ({
    method: 'PUT',
    path: `/Observation?identifier=urn:o|o-${who}`,
    body: { ...bodyOf('Observation', OWN), id: undefined },
  }),
  'batch of searches': (who) =>
    bundle(
      'batch',
      get(`/Observation?patient=${who}`),
      get(`/Patient/${who}/$everything`),
      get(`/Patient?_has:Observation:patient:_id=${who}-Observation`),
      { method: 'DELETE', path: `/Observation?patient=${who}` },
    ),
};

const SHAPES: readonly (readonly [string, Shape])[] = [
  ...TYPES.flatMap((type) =>
    Object.entries(INSTANCE).map(([name, shape]) => [`${type}: ${name}`, shape(type)] as const),
  ),
  ...Object.entries(OTHER),
];

const OWN_HEADERS = new Set(['date', 'x-request-id', 'keep-alive', 'connection']);

function normal(answer: Answer, who: string): string {
  const headers = [...answer.headers].filter(([name]) => !OWN_HEADERS.has(name)).sort();
  return `${answer.status} ${JSON.stringify(headers)} ${answer.text}`
    .replaceAll(who, 'WHO')
    .replaceAll(encodeURIComponent(who), 'WHO')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, 'TIME')
    .replace(/\/(?:calendar|shared)\/[\w-]{43}/g, '/SECRET');
}

describe('what is another patient’s answers like what is not there', () => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld({ RATE_LIMIT_PER_SECOND: '0' });
    const put = async (resource: Resource): Promise<void> => {
      const path = `/${resource.resourceType}/${resource.id}`;
      const { status, text } = await world.ask('PUT', path, { token: world.system, body: resource });
      if (status >= 400) throw new Error(text);
    };
    for (const id of ['north', 'south']) await put({ resourceType: 'Organization', id, name: id });
    await put({ resourceType: 'Practitioner', id: 'doc', name: [{ family: 'Osei' }] });
    const include = [{ system: 'http://loinc.org', concept: [{ code: '4548-4' }] }];
    await put({
      resourceType: 'ValueSet',
      id: 'stored',
      url: 'urn:set:stored',
      status: 'active',
      compose: { include },
    });
    await put({ resourceType: 'Schedule', id: 'doc', actor: [ref('Practitioner/doc')] });
    const slot = { resourceType: 'Slot', schedule: ref('Schedule/doc'), status: 'free' };
    const times = { start: '2099-03-01T09:00:00Z', end: '2099-03-01T09:30:00Z' };
    for (const id of ['free', `slot-of-${OWN}`, `slot-of-${FOREIGN}`, `slot-of-${NOBODY}`])
      await put({ ...slot, id, ...times });
    for (const [who, organization] of [
      [OWN, 'north'],
      [FOREIGN, 'south'],
    ] as const)
      for (const each of recordOf(who))
        await put(
          each.resourceType === 'Patient'
            ? { ...each, managingOrganization: ref(`Organization/${organization}`) }
            : each,
        );
    const scan = { resourceType: 'Binary', contentType: 'text/plain', data: 'eA==' };
    for (const who of [OWN, FOREIGN]) {
      await put({ ...scan, id: `${who}-scan`, securityContext: ref(`Media/${who}-Media`) });
      await put({
        resourceType: 'Provenance',
        id: `${who}-of-scan`,
        target: [ref(`Binary/${who}-scan`), ref(`Patient/${who}`)],
        recorded: INSTANT,
        agent: [{ who: ref('Practitioner/doc') }],
      });
    }
    // A deleted one is not there either.
    await put({ ...observation(FOREIGN, 1), id: `${FOREIGN}-deleted` });
    await world.ask('DELETE', `/Observation/${FOREIGN}-deleted`, { token: world.system });
  }, 60_000);
  afterAll(() => world.close());

  const personas: Readonly<Record<string, () => Promise<string> | string>> = {
    'a patient': () => world.patient(OWN, 'openid fhirUser launch/patient patient/*.cruds'),
    'a patient with user/ scopes': () =>
      world.token({
        scope: 'openid fhirUser user/*.cruds',
        fhirUser: `${world.base}/Patient/${OWN}`,
        sub: OWN,
      }),
    'a patient with few scopes': () =>
      world.patient(
        OWN,
        'patient/Patient.rs patient/Observation.cruds?category=laboratory patient/Communication.cru',
      ),
    'a proxy': () =>
      world.token({
        scope: 'openid fhirUser launch/patient patient/*.cruds',
        patient: OWN,
        fhirUser: `${world.base}/RelatedPerson/${OWN}-RelatedPerson`,
        sub: 'proxy',
      }),
    'a clinician elsewhere': () => world.staff('far', 'clinician', 'openid fhirUser user/*.cruds', 'north'),
    'a nurse elsewhere': () => world.staff('farther', 'nurse', 'openid fhirUser user/*.cruds', 'north'),
    'the front desk elsewhere': () =>
      world.staff('desk', 'front-desk', 'openid fhirUser user/*.cruds', 'north'),
    'a clinician in a launch': async () => {
      await world.staff('launched', 'clinician', '', 'north');
      return world.token({
        scope: 'openid fhirUser launch patient/*.cruds',
        patient: OWN,
        fhirUser: `${world.base}/Practitioner/launched`,
        sub: 'launched',
      });
    },
  };

  it(`in ${SHAPES.length} ways of asking`, () => {
    expect(SHAPES.length).toBeGreaterThanOrEqual(100);
  });

  const ask = async (token: string, shape: Shape, who: string): Promise<Answer> => {
    const { method, path, body, headers } = shape(who);
    const text = typeof body === 'object' ? JSON.stringify(body).replaceAll('BASE/', `${world.base}/`) : body;
    return world.ask(method, path.replace('BASE/', `${world.base}/`), {
      token,
      ...(text === undefined ? {} : { body: text }),
      ...(headers ? { headers } : {}),
    });
  };

  /** The plainest of each kind are asked everything, the others a third each. */
  const WHOLE: readonly string[] = ['a patient', 'a proxy', 'a clinician elsewhere'];
  const shapesFor = (name: string) =>
    WHOLE.includes(name)
      ? SHAPES
      : SHAPES.filter((_, i) => i % 3 === Object.keys(personas).indexOf(name) % 3);

  it.each(Object.keys(personas))(
    'for %s',
    async (name) => {
      const token = await (personas[name] as () => Promise<string> | string)();
      const told: string[] = [];
      const statuses = new Set<number>();
      for (const [what, shape] of shapesFor(name)) {
        const [foreign, none] = await Promise.all([ask(token, shape, FOREIGN), ask(token, shape, NOBODY)]);
        statuses.add(foreign.status);
        expect(foreign.status, `${what}: ${foreign.text}`).not.toBe(500);
        const [one, other] = [normal(foreign, FOREIGN), normal(none, NOBODY)];
        if (one !== other) told.push(`${what}\n    ${one.slice(0, 600)}\n    ${other.slice(0, 600)}`);
      }
      expect(told.join('\n')).toBe('');
      // Answers of one kind only would compare nothing.
      expect(statuses.size).toBeGreaterThan(2);
    },
    120_000,
  );

  it('and differently for who may read both: the comparison sees what there is to see', async () => {
    let seen = 0;
    const reads = SHAPES.filter(([, shape]) => shape(OWN).method === 'GET');
    for (const [, shape] of reads) {
      const [foreign, none] = await Promise.all([
        ask(world.system, shape, FOREIGN),
        ask(world.system, shape, NOBODY),
      ]);
      if (normal(foreign, FOREIGN) !== normal(none, NOBODY)) seen += 1;
    }
    expect(seen).toBeGreaterThan(reads.length / 2);
  });

  it('and a deleted one of theirs like both', async () => {
    const token = world.patient(OWN);
    const deleted = await world.ask('GET', `/Observation/${FOREIGN}-deleted`, { token });
    const none = await world.ask('GET', `/Observation/${NOBODY}-deleted`, { token });
    expect(normal(deleted, FOREIGN)).toBe(normal(none, NOBODY));
    expect(deleted.status).toBe(404);
  });
});
