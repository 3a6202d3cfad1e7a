/** The age policy: how it is read, and on which days its rules begin. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayIn } from '@wellspring/serving/time-zone';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgePolicy, readAgePolicy } from './age-policy.ts';
import { asRules, dayOfAge, daysAfter, openedBy, rulesReached, withheldBy } from './age-rules.ts';

const policy: AgePolicy = {
  ...readAgePolicy(),
  rules: [
    {
      from: 12,
      withheldLabels: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }],
      withheldTypes: ['Communication'],
      ended: false,
    },
    { from: 18, withheldLabels: [], withheldTypes: [], ended: true },
  ],
};
const reached = (birthDate: string | undefined, today: string) =>
  rulesReached(policy, birthDate, today).map(({ from, ended }) => (ended ? 'ended' : from));

describe('an age', () => {
  it('begins on the birthday, and for who was born on 29 February on 1 March of a year without one', () => {
    expect(dayOfAge('2010-05-03', 18)).toBe('2028-05-03');
    expect(dayOfAge('2008-02-29', 18)).toBe('2026-03-01');
    expect(dayOfAge('2008-02-29', 12)).toBe('2020-02-29');
    expect(reached('2008-02-29', '2026-02-28')).toEqual([12]);
    expect(reached('2008-02-29', '2026-03-01')).toEqual([12, 'ended']);
  });

  it('that is known by year or month alone is reached on the first day that it may be', () => {
    expect(dayOfAge('2010', 12)).toBe('2022-01-01');
    expect(dayOfAge('2010-07', 12)).toBe('2022-07-01');
  });

  it('that nobody knows withholds what any does, and ends nothing', () => {
    for (const odd of [undefined, '', 'soon', '2010-5-3']) expect(reached(odd, '2026-01-01')).toEqual([12]);
  });

  it('is never reached before so many years, and always on the day', () => {
    const day = fc
      .date({ min: new Date('1990-01-01'), max: new Date('2025-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 30 }), (birthDate, age) => {
        const on = dayOfAge(birthDate, age) ?? '';
        expect(Number(on.slice(0, 4))).toBe(Number(birthDate.slice(0, 4)) + age);
        expect(on.slice(5) === birthDate.slice(5) || birthDate.endsWith('02-29')).toBe(true);
        expect(daysAfter(daysAfter(on, -30), 30)).toBe(on);
      }),
    );
  });

  it('is counted by the day of the clinic', () => {
    const at = Date.parse('2026-05-03T02:00:00Z');
    expect(dayIn('America/New_York', at)).toBe('2026-05-02');
    expect(dayIn('UTC', at)).toBe('2026-05-03');
  });
});

describe('what is withheld', () => {
  it('adds up, and is said as a Consent says it; what no age withholds yet is open to parents', () => {
    const withheld = withheldBy(policy.rules);
    expect(openedBy(withheld)).toEqual(['V']);
    expect(openedBy(withheldBy([]))).toEqual(['R', 'V']);
    const rules = asRules(withheld, 'RelatedPerson/mum', 'leo');
    expect(rules).toHaveLength(1);
    expect(rules[0]?.provision).toMatchObject({
      type: 'deny',
      actor: [{ reference: { reference: 'RelatedPerson/mum' } }],
      class: [{ code: 'Communication' }],
    });
  });
});

describe('the file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wellspring-ages-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (content: unknown) => {
    const file = join(folder, 'ages.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return () => readAgePolicy(file);
  };
  const whole = { parents: [], tellDaysBefore: [30], ownAccountFrom: 12, rules: [{ from: 18, ended: true }] };

  it('of this package keeps what is restricted from parents at every age, and ends with 18', () => {
    const { rules, tellDaysBefore } = readAgePolicy();
    expect(rules.map(({ from, ended }) => [from, ended])).toEqual([
      [0, false],
      [12, false],
      [18, true],
    ]);
    expect(openedBy(withheldBy(rules.slice(0, 1)))).toEqual([]);
    expect(tellDaysBefore).toEqual([30, 0]);
  });

  it('is refused in one line where it is not what it should be', () => {
    expect(read(whole)()).toMatchObject({ ownAccountFrom: 12 });
    for (const [wrong, why] of [
      ['{', /must be a JSON file/],
      [{ ...whole, more: 1 }, /more/],
      [{ ...whole, rules: [{ from: 12 }] }, /changes nothing/],
      [
        {
          ...whole,
          rules: [
            { from: 18, ended: true },
            { from: 12, ended: true },
          ],
        },
        /order of age/,
      ],
      [{ ...whole, rules: [{ from: 12, withheldTypes: ['Patient'] }] }, /is no type of a record/],
      [{ ...whole, rules: [{ from: 12, withheldLabels: ['R'] }] }, /system\|code/],
    ] as const) {
      const error = (() => {
        try {
          read(wrong)();
        } catch (thrown) {
          return (thrown as Error).message;
        }
        return '';
      })();
      expect(error).toMatch(why);
      expect(error).not.toContain('\n');
    }
  });
});
