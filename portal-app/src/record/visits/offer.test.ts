/** Offers and proposals, pressed again: their answer was lost, or another tab was quicker. */
import type { Appointment } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { type FhirApi, FhirFailure, type OperationCall } from '../../smart/fhir.ts';
import { takeProposed } from './proposed-times.ts';
import { declineOffer, overOffer, takeOffer } from './waiting-list.ts';

const visit = (more: object): Appointment => ({
  resourceType: 'Appointment',
  id: 'w',
  status: 'pending',
  slot: [{ reference: 'Slot/a' }],
  participant: [],
  ...more,
});

/** Answers an operation with a failure, and a read with how it stands now. */
function server(failure: FhirFailure | undefined, now: Appointment) {
  const asked: OperationCall[] = [];
  const fhir = {
    operation: async (call: OperationCall) => {
      asked.push(call);
      if (failure) throw failure;
      return now;
    },
    read: async () => now,
  } as unknown as FhirApi;
  return { fhir, asked };
}

describe('a time that is offered', () => {
  it('is taken where it is booked already, and not where another one or nothing is', async () => {
    const late = new FhirFailure(409);
    const booked = visit({ status: 'booked' });
    expect(await takeOffer(server(late, booked).fhir, visit({}))).toEqual(booked);
    for (const now of [
      visit({ status: 'waitlist' }),
      visit({ status: 'booked', slot: [{ reference: 'Slot/b' }] }),
    ])
      await expect(takeOffer(server(late, now).fhir, visit({}))).rejects.toBe(late);
    const lost = new FhirFailure(0);
    await expect(takeOffer(server(lost, booked).fhir, visit({}))).rejects.toBe(lost);
    const slot = { resourceType: 'Slot', id: 'a' } as never;
    expect(await takeProposed(server(late, booked).fhir, visit({ status: 'proposed' }), slot)).toEqual(
      booked,
    );
  });

  it('is declined by its slots, so that the wish stays when there is nothing more to decline', async () => {
    const declined = async (offer: Appointment) => {
      const { fhir, asked } = server(undefined, offer);
      await declineOffer(fhir, offer);
      return asked[0]?.parameter.filter(({ name }) => name === 'declines').map((each) => each.valueString);
    };
    expect(await declined(visit({}))).toEqual(['Slot/a']);
    const extension = ['b', 'c'].map((id) => ({
      url: 'urn:wellspring:proposed-slot',
      valueReference: { reference: `Slot/${id}` },
    }));
    expect(await declined(visit({ status: 'proposed', extension }))).toEqual(['Slot/b', 'Slot/c']);
  });
});

describe('a time that was kept for somebody', () => {
  const mark = (url: string, valueInstant: string) => ({ url: `urn:wellspring:${url}`, valueInstant });
  const waits = (...extension: object[]) => visit({ status: 'waitlist', slot: undefined, extension });
  const LATER = '2999-01-01T09:00:00Z';

  it('is said to be over, and how, until it has gone by', () => {
    expect(overOffer(waits(mark('offer-withdrawn', LATER)))).toEqual({ start: LATER, how: 'taken-back' });
    expect(overOffer(waits(mark('offer-ran-out', LATER)))).toEqual({ start: LATER, how: 'ran-out' });
    expect(overOffer(waits(mark('offer-ran-out', '2001-01-01T09:00:00Z')))).toBeUndefined();
  });

  it('is none where nothing was kept, it was declined, or another one is kept by now', () => {
    expect(overOffer(waits())).toBeUndefined();
    expect(overOffer(waits({ url: 'urn:wellspring:offered-slot' }))).toBeUndefined();
    expect(overOffer(visit({ extension: [mark('offer-withdrawn', LATER)] }))).toBeUndefined();
  });
});
