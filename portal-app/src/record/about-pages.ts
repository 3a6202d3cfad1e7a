/** What a page is about, by the first part of its address: without these resources there is no such place. Of some pages it is nothing that a server could lack. */
import type { Offers } from '../smart/offers.ts';

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

/** `path`: with a slash before it or without. */
export function isOpen(path: string, offers: Offers): boolean {
  const about = ABOUT[path.split('/').find(Boolean) ?? ''];
  return about === undefined || offers(about);
}
