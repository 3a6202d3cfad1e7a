import type { AuditEvent } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { visitsOf, whatText, whoText } from './words.ts';

const event = (who: string, action: string, type: string, recorded: string) =>
  ({
    resourceType: 'AuditEvent',
    recorded,
    action,
    agent: [{ requestor: true, who: { reference: who } }],
    entity: [{ what: { reference: `${type}/1` } }],
  }) as AuditEvent;

describe('the log of access', () => {
  it('gathers what one did on a day, and tells oneself from others', () => {
    const visits = visitsOf(
      [
        event('Patient/me', 'R', 'Observation', '2026-11-26T12:00:00Z'),
        event('Practitioner/ruiz', 'U', 'MedicationRequest', '2026-11-26T11:00:00Z'),
        event('Patient/me', 'E', 'Observation', '2026-11-26T10:00:00Z'),
        event('Patient/me', 'R', 'Observation', '2026-11-25T12:00:00Z'),
      ],
      'Patient/me',
    );
    expect(visits.map(({ who, times }) => [who, times])).toEqual([
      ['You', 2],
      ['Practitioner/ruiz', 1],
      ['You', 1],
    ]);
    expect(visits.map(({ isOneself }) => isOneself)).toEqual([true, false, true]);
    expect(visits[0]?.deeds.map(({ whole }) => whole)).toEqual(['Looked at results']);
    expect([visits[0]?.from, visits[0]?.at]).toEqual(['2026-11-26T10:00:00Z', '2026-11-26T12:00:00Z']);
    expect(visits.map(({ hasChanges }) => hasChanges)).toEqual([false, true, false]);
  });

  it('says each kind of deed once, with all that it was done to', () => {
    const [visit] = visitsOf(
      [
        event('Practitioner/ruiz', 'R', 'Observation', '2026-11-26T12:00:00Z'),
        event('Practitioner/ruiz', 'U', 'Task', '2026-11-26T11:30:00Z'),
        event('Practitioner/ruiz', 'R', 'ServiceRequest', '2026-11-26T11:00:00Z'),
        event('Practitioner/ruiz', 'R', 'Observation', '2026-11-26T10:00:00Z'),
      ],
      'Patient/me',
    );
    expect(visit?.deeds.map(({ whole }) => whole)).toEqual([
      'Changed requests',
      'Looked at results, referrals and orders',
    ]);
    expect(visit?.times).toBe(4);
  });

  it('names the first few things of a deed, and counts the rest, which stand whole beside it', () => {
    const types = ['Observation', 'Condition', 'Goal', 'Task', 'Consent', 'Coverage'];
    const [visit] = visitsOf(
      types.map((type) => event('Practitioner/ruiz', 'R', type, '2026-11-26T12:00:00Z')),
      'Patient/me',
    );
    expect(visit?.deeds).toEqual([
      {
        brief: 'Looked at results, health problems, goals, requests and 2 more',
        whole: 'Looked at results, health problems, goals, requests, consents, insurance',
      },
    ]);
  });

  it('tells the reason that was given, never a bare code', () => {
    const of = (purpose: object) =>
      visitsOf(
        [{ ...event('Practitioner/ruiz', 'R', 'Task', '2026-11-26T12:00:00Z'), purposeOfEvent: [purpose] }],
        'Patient/me',
      )[0]?.why;
    expect(of({ coding: [{ code: 'BTG' }], text: 'Found unconscious' })).toBe('Found unconscious');
    expect(of({ coding: [{ code: 'TREAT' }] })).toBeUndefined();
  });

  it('names whoever asked, not the program that they used', () => {
    const logged = {
      agent: [
        { requestor: false, who: { identifier: { value: 'desk' } } },
        { requestor: true, who: { reference: 'Practitioner/ruiz' } },
      ],
    } as unknown as AuditEvent;
    const names = new Map([['Practitioner/ruiz', 'Elena Ruiz']]);
    expect(whoText(logged, 'Patient/me', names)).toBe('Elena Ruiz');
    expect(whoText(logged, 'Patient/me')).toBe('Practitioner/ruiz');
    expect(whoText(logged, 'Practitioner/ruiz')).toBe('You');
  });

  it('says what was done in words', () => {
    expect(whatText(event('x', 'R', 'SupplyDelivery', '2026-01-01T00:00:00Z'))).toBe(
      'Looked at deliveries of supplies',
    );
    expect(whatText(event('x', 'C', 'QuestionnaireResponse', '2026-01-01T00:00:00Z'))).toBe(
      'Added answers to questionnaires',
    );
    expect(whatText(event('x', 'D', 'Patient', '2026-01-01T00:00:00Z'))).toBe('Removed the record');
  });
});

it('P26: programs have the name that a person knows', () => {
  const by = (display: string) =>
    whoText({ agent: [{ who: { display } }] } as unknown as AuditEvent, 'Patient/ana');
  expect(by('auth-server')).toBe('The sign-in service');
  expect(by('seed')).toBe('The clinic’s record system');
  expect(by('constructor')).toBe('constructor');
});
