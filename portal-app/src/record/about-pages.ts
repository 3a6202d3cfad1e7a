/** Where there is no such place: a server lacks what it is about or what is done there, or the person was not given it. */
import type { Offers } from '../smart/offers.ts';

/** What pages are about, by the first part of their address. Of some it is nothing that a server could lack. */
const ABOUT: Readonly<Record<string, string>> = {
  access: 'AuditEvent',
  appointments: 'Appointment',
  bills: 'Invoice',
  'care-plan': 'CarePlan',
  growth: 'Observation',
  letters: 'Task',
  medications: 'MedicationRequest',
  messages: 'Communication',
  prevention: 'Immunization',
  questionnaires: 'QuestionnaireResponse',
  readings: 'Observation',
  reports: 'DiagnosticReport',
  results: 'Observation',
  summary: 'Condition',
};

/** What is done on a page, and nothing else: by its whole address, as the routes have it. */
const DONE: Readonly<Record<string, readonly (readonly [type: string, what: string])[]>> = {
  'appointments/book': [['Appointment', '$book']],
  'appointments/new': [['Appointment', 'create']],
  'appointments/:id/check-in': [['QuestionnaireResponse', 'create']],
  'health-card/:kind': [['Patient', '$health-cards-issue']],
  'messages/new': [['Communication', 'create']],
  questionnaires: [['QuestionnaireResponse', 'create']],
  'questionnaires/:id': [['QuestionnaireResponse', 'create']],
  'readings/import': [['Observation', 'create']],
  share: [
    ['Patient', '$share-link'],
    ['DocumentReference', 'create'],
  ],
};

/** `path`: with a slash before it or without. */
export function isOpen(path: string, offers: Offers): boolean {
  const about = ABOUT[path.split('/').find(Boolean) ?? ''];
  const done = DONE[path.replace(/^\//, '')] ?? [];
  return (about === undefined || offers(about)) && done.every(([type, what]) => offers(type, what));
}
