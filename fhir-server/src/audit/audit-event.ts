/** Audit rows as AuditEvent resources, in the shape of IHE's Basic Audit Log Patterns (https://profiles.ihe.net/ITI/BALP). */
import type { StoredAuditRow } from './audit-log.ts';

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const REST = {
  system: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
  code: 'rest',
  display: 'RESTful Operation',
};
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
const OBJECT_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const OBJECT_ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';
const NAMES = { C: 'Create', R: 'Read', U: 'Update', D: 'Delete', E: 'Query' } as const;

/** `shown`: the patients that the reader may know of; undefined = all. */
export function auditEvent(row: StoredAuditRow, baseUrl: string, shown?: readonly string[]): object {
  const patients = shown ? row.patients.filter((patient) => shown.includes(patient)) : row.patients;
  const profile = `https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.${patients.length > 0 ? 'Patient' : ''}${NAMES[row.action]}`;
  return {
    resourceType: 'AuditEvent',
    id: row.auditId,
    meta: { versionId: '1', lastUpdated: new Date(row.at).toISOString(), profile: [profile] },
    type: REST,
    subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: row.interaction }],
    action: row.action,
    recorded: new Date(row.at).toISOString(),
    // 0 success, 4 the client's fault, 8 ours.
    outcome: row.status < 400 ? '0' : row.status < 500 ? '4' : '8',
    ...purposeOf(row),
    agent: [
      {
        type: { coding: [{ system: DCM, code: '110153', display: 'Source Role ID' }] },
        who: { identifier: { value: row.client } },
        requestor: row.fhirUser === undefined,
      },
      ...(row.fhirUser === undefined
        ? []
        : [
            {
              type: { coding: [{ system: PARTICIPATION, code: 'IRCP', display: 'information recipient' }] },
              who: { reference: row.fhirUser },
              requestor: true,
            },
          ]),
    ],
    source: { observer: { display: baseUrl } },
    entity: [
      ...patients.map((patient) => ({
        what: { reference: `Patient/${patient}` },
        type: { system: OBJECT_TYPE, code: '1', display: 'Person' },
        role: { system: OBJECT_ROLE, code: '1', display: 'Patient' },
      })),
      ...touched(row, shown),
      {
        what: { identifier: { value: row.requestId } },
        type: {
          system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType',
          code: 'XrequestId',
        },
      },
    ],
  };
}

/** The reason is in the words of whoever gave it. */
function purposeOf({ purpose, reason }: StoredAuditRow): object {
  if (purpose === undefined) return {};
  return {
    purposeOfEvent: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: purpose }],
        ...(reason === undefined ? {} : { text: reason }),
      },
    ],
  };
}

/** What was read or changed; of what has no id, and was refused, the type alone; of a search, what was asked, of which type (only to those who may see everybody's events; a query and a name may not stand together: sev-1). */
function touched(
  { type, id, version, query }: StoredAuditRow,
  shown: readonly string[] | undefined,
): object[] {
  if (id !== undefined) {
    const reference = `${type}/${id}${version === undefined ? '' : `/_history/${version}`}`;
    return [
      {
        what: { reference },
        type: { system: OBJECT_TYPE, code: '2', display: 'System Object' },
        role: { system: OBJECT_ROLE, code: '4', display: 'Domain Resource' },
      },
    ];
  }
  if (query === undefined)
    return type === ''
      ? []
      : [{ type: { system: OBJECT_TYPE, code: '2', display: 'System Object' }, name: type }];
  const asked = Buffer.from(`${type}?${query}`).toString('base64');
  return [
    {
      type: { system: OBJECT_TYPE, code: '2', display: 'System Object' },
      role: { system: OBJECT_ROLE, code: '24', display: 'Query' },
      ...(shown ? { name: type } : { query: asked }),
    },
  ];
}
