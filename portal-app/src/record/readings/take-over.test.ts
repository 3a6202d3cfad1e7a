import type { Observation } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { type Change, type Fhir, FhirFailure } from '../../smart/fhir.ts';
import type { Reading } from './reading.ts';
import { sorted, takeOver } from './take-over.ts';

/** A record that stores each identifier once, all of a request or none, and says so when it has enough. */
function recordOf({ failures = [] as FhirFailure[], refuses = (_: Observation): boolean => false } = {}) {
  const stored: Observation[] = [];
  const sent: number[] = [];
  const idOf = ({ identifier }: Observation) =>
    `identifier=${identifier?.[0]?.system}|${identifier?.[0]?.value}`;
  const fhir = {
    patient: 'ana',
    self: 'Patient/ana',
    get: async () => ({ resourceType: 'Bundle', entry: stored.map((resource) => ({ resource })) }),
    transact: async (changes: readonly Change[]) => {
      const failure = failures.shift();
      if (failure) throw failure;
      if (changes.some(({ resource }) => refuses(resource as Observation))) throw new FhirFailure(422);
      sent.push(changes.length);
      for (const { resource, onlyIfNone } of changes)
        if (!stored.some((each) => idOf(each) === onlyIfNone)) stored.push(resource as Observation);
    },
  } as unknown as Fhir;
  return { fhir, stored, sent };
}

const weights = (count: number): Reading[] =>
  Array.from({ length: count }, (_, i) => ({
    kind: 'weight',
    value: 70 + (i % 7),
    unit: 'kg',
    at: new Date(Date.UTC(2026, 0, 1) + i * 3_600_000).toISOString(),
  }));
const PRESSURE: Reading = {
  kind: 'blood-pressure',
  value: 128,
  lower: 82,
  pulse: 66,
  unit: 'mm[Hg]',
  at: '2026-02-01T07:00:00.000Z',
};

const going = (signal = new AbortController().signal) => {
  const told: [number, number][] = [];
  const waits: boolean[] = [];
  return {
    told,
    waits,
    onSent: (sent: number, refused: number) => told.push([sent, refused]),
    onWait: (isWaiting: boolean) => waits.push(isWaiting),
    signal,
  };
};

describe('readings that are taken over', () => {
  it('are stored once, however often the file is read, and a pulse with its pressure', async () => {
    const { fhir, stored } = recordOf();
    const all = [...weights(120), PRESSURE, PRESSURE];
    const first = await sorted(fhir, all);
    expect(first.doubles).toBe(1);
    expect(first.kinds.map(({ kind, fresh, known }) => [kind, fresh.length, known])).toEqual([
      ['blood-pressure', 1, 0],
      ['weight', 120, 0],
    ]);
    const readings = first.kinds.flatMap(({ fresh }) => fresh);
    expect(await takeOver(fhir, readings, going())).toBe('done');
    expect(stored.length).toBe(122);
    // Also where an answer was lost and the page does not know what is there.
    await takeOver(fhir, readings, going());
    expect(stored.length).toBe(122);
    const second = await sorted(fhir, all);
    expect(second.kinds.map(({ fresh, known }) => [fresh.length, known])).toEqual([
      [0, 1],
      [0, 120],
    ]);
  });

  it('that were taken back in the record are not brought back by the file, and what was typed in before is known', async () => {
    const { fhir, stored } = recordOf();
    await takeOver(fhir, weights(2), going());
    const [wrong] = stored.splice(0, 1);
    stored.push({ ...(wrong as Observation), status: 'entered-in-error', identifier: [] });
    const { kinds } = await sorted(
      fhir,
      weights(2).map((each) => ({ ...each, device: 'Scale' })),
    );
    expect(kinds[0]).toMatchObject({ fresh: [], known: 2 });
  });

  it('go in chunks, stop where they are told to, and go on from there', async () => {
    const { fhir, stored, sent } = recordOf();
    const stop = new AbortController();
    const first = going(stop.signal);
    const onSent = (count: number, refused: number) => {
      first.onSent(count, refused);
      if (count === 100) stop.abort();
    };
    expect(await takeOver(fhir, weights(170), { ...first, onSent })).toBe('stopped');
    expect(first.told).toEqual([
      [50, 0],
      [100, 0],
    ]);
    expect(await takeOver(fhir, weights(170).slice(100), going())).toBe('done');
    expect(sent).toEqual([50, 50, 50, 20]);
    expect(stored.length).toBe(170);
  });

  it('wait where the server asks for a moment, and end for today where it asks for hours', async () => {
    const { fhir, stored } = recordOf({
      failures: [new FhirFailure(429, 0.01), new FhirFailure(429, 2160)],
    });
    const told = going();
    expect(await takeOver(fhir, weights(60), told)).toBe('full');
    expect(told.waits).toEqual([true, false]);
    expect(stored).toEqual([]);
    expect(await takeOver(fhir, weights(60), going())).toBe('done');
  });

  it('of which one is refused go without it, and it is counted', async () => {
    const { fhir, stored } = recordOf({ refuses: ({ valueQuantity }) => valueQuantity?.value === 71 });
    const told = going();
    expect(await takeOver(fhir, weights(10), told)).toBe('done');
    expect(told.told).toEqual([[10, 2]]);
    expect(stored.length).toBe(8);
  });
});
