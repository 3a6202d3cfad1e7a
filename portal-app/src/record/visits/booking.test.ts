/** A time that the server refuses: why, as far as its slot tells. */
import type { Appointment } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { type Fhir, type FhirApi, FhirFailure, type OperationCall } from '../../smart/fhir.ts';
import { bookVisit } from '../schedule/changes.ts';
import { bookTime, giveBack } from './booking.ts';

const TIME: Appointment = {
  resourceType: 'Appointment',
  status: 'proposed',
  slot: [{ reference: 'Slot/a' }],
  participant: [],
};
const ABOUT = { reason: 'checkup', why: 'Check-up', comment: '' } as const;

const OWN: Appointment = {
  ...TIME,
  id: 'mine',
  status: 'booked',
  description: 'Check-up',
  appointmentType: { coding: [{ code: 'CHECKUP' }] },
};

/** Refuses what is booked; `own`: what is booked already of the one who asks. */
const server = (refusal: FhirFailure, slot: string, own: readonly Appointment[] = []): Fhir =>
  ({
    patient: 'ana',
    operation: () => Promise.reject(refusal),
    search: async () => ({ resources: own }),
    read: async () => ({ resourceType: 'Slot', id: 'a', status: slot }),
  }) as unknown as Fhir;

describe('a time that is refused', () => {
  it('is said to be taken only where somebody has taken it', async () => {
    const refusal = new FhirFailure(409);
    await expect(bookTime(server(refusal, 'busy'), TIME, ABOUT)).rejects.toBe(refusal);
    await expect(bookTime(server(refusal, 'free'), TIME, ABOUT)).rejects.toThrow(/Nobody can see you then/);
  });

  it('is one’s own where its answer was lost, and what failed otherwise is told as it is', async () => {
    expect(await bookTime(server(new FhirFailure(409), 'busy', [OWN]), TIME, ABOUT)).toBe(OWN);
    const lost = new FhirFailure(0);
    await expect(bookTime(server(lost, 'free'), TIME, ABOUT)).rejects.toBe(lost);
  });
});

describe('a time that is booked already, with what was written before', () => {
  it.each([
    ['what it is about', { ...ABOUT, why: 'My knee' }],
    ['what else there is to know', { ...ABOUT, comment: 'A wheelchair' }],
    ['why they come', { ...ABOUT, reason: 'followup' as const }],
  ])('is not said to be booked with what they changed since: %s', async (_, changed) => {
    const sent = bookTime(server(new FhirFailure(409), 'busy', [OWN]), TIME, changed);
    await expect(sent).rejects.toThrow(/with what you wrote before/);
    const moved = bookTime(server(new FhirFailure(409), 'busy', [OWN]), TIME, changed, 'old');
    await expect(moved).rejects.toThrow(/with what you wrote before/);
  });
});

describe('a time that the desk books', () => {
  const book = (fhir: Fhir) =>
    bookVisit(fhir, [{ resourceType: 'Slot', id: 'a', status: 'free', schedule: {}, start: '', end: '' }], {
      patient: 'ben',
      why: 'Knee',
    });

  it('is the visit that is there already where its answer was lost, and refused where it is another’s', async () => {
    const own: Appointment = { ...TIME, id: 'bens', status: 'booked', description: 'Knee' };
    expect(await book(server(new FhirFailure(409), 'busy', [own]))).toBe(own);
    const refusal = new FhirFailure(409);
    await expect(book(server(refusal, 'busy'))).rejects.toBe(refusal);
  });

  it('is not the visit that the patient has then for something else, or for longer', async () => {
    const own: Appointment = { ...TIME, id: 'bens', status: 'booked', description: 'Knee' };
    const b = { reference: 'Slot/b' } as const;
    for (const other of [
      { ...own, description: 'Hip' },
      { ...own, slot: [...(TIME.slot ?? []), b] },
    ])
      await expect(book(server(new FhirFailure(409), 'busy', [other]))).rejects.toMatchObject({
        status: 412,
      });
  });
});

describe('a visit that is given back', () => {
  const visit: Appointment = { ...TIME, id: 'v', status: 'booked', meta: { versionId: '3' } };
  const asked: OperationCall[] = [];
  const refusing = (status: number, now: Appointment): FhirApi =>
    ({
      operation: (call: OperationCall) => {
        asked.push(call);
        return Promise.reject(new FhirFailure(status));
      },
      read: async () => now,
    }) as unknown as FhirApi;
  const gone: Appointment = { ...visit, status: 'cancelled', meta: { versionId: '4' } };

  it('is the version that was read', async () => {
    const moved = { ...visit, meta: { versionId: '4' } };
    await expect(giveBack(refusing(412, moved), visit, 'Ill')).rejects.toMatchObject({ status: 412 });
    expect(asked.at(-1)).toMatchObject({ name: '$cancel', id: 'v', version: '3' });
  });

  it('was given back where its answer was lost; by whom else, or why else, is said', async () => {
    const own = { ...gone, cancelationReason: { text: 'Ill' } };
    expect(await giveBack(refusing(409, own), visit, ' Ill ')).toBe(own);
    const others = { ...gone, cancelationReason: { text: 'Closed' } };
    await expect(giveBack(refusing(409, others), visit, 'Ill')).rejects.toMatchObject({ status: 412 });
    await expect(giveBack(refusing(409, visit), visit, 'Ill')).rejects.toMatchObject({ status: 409 });
  });
});
