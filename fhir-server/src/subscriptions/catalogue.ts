/** The topics that this server has of its own. Administrators add to them (topic.ts). */
import { OWNER_ELEMENTS } from '../access/owner-table.ts';
import type { Change, Topic, Trigger } from './topic.ts';

const BASE = 'urn:wellspring:SubscriptionTopic:';
const ALWAYS: readonly Change[] = ['create', 'update', 'delete'];

/** SNOMED CT: medication renewal request. */
const REFILL = 'code=http://snomed.info/sct|103742009';

const any = (resource: string): Trigger => ({ resource, changes: ALWAYS });

/** Types of a patient's record that nobody is told of: the log of who looked has its own address. */
const UNTOLD: ReadonlySet<string> = new Set(['AuditEvent']);

export const OWN_TOPICS: readonly Topic[] = [
  {
    url: `${BASE}appointment`,
    title: 'A visit was asked for, booked, moved, cancelled or kept',
    triggers: [any('Appointment')],
  },
  {
    url: `${BASE}result`,
    title: 'A report or a laboratory value is there, or was corrected',
    triggers: [
      {
        resource: 'DiagnosticReport',
        changes: ['create', 'update'],
        query: {
          current: 'status=partial,preliminary,final,amended,corrected,appended,cancelled,entered-in-error',
        },
      },
      {
        resource: 'Observation',
        changes: ['create', 'update'],
        query: { current: 'category=laboratory' },
      },
    ],
  },
  {
    url: `${BASE}message`,
    title: 'A message between a patient and the clinic was sent or read',
    triggers: [any('Communication')],
  },
  {
    url: `${BASE}refill`,
    title: 'A refill was asked for or decided',
    triggers: [
      {
        resource: 'Task',
        changes: ALWAYS,
        query: {
          previous: REFILL,
          resultForCreate: 'test-passes',
          current: REFILL,
          resultForDelete: 'test-passes',
          requireBoth: true,
        },
      },
    ],
  },
  {
    url: `${BASE}encounter`,
    title: 'An encounter began, went on or ended',
    triggers: [any('Encounter')],
  },
  {
    url: `${BASE}document`,
    title: 'A document was added, replaced or taken back',
    triggers: [any('DocumentReference')],
  },
  { url: `${BASE}patient-change`, title: 'What is known of a patient changed', triggers: [any('Patient')] },
  {
    url: `${BASE}record-change`,
    title: 'Anything in a patient’s record changed',
    triggers: ['Patient', ...Object.keys(OWNER_ELEMENTS)].filter((type) => !UNTOLD.has(type)).map(any),
  },
];
