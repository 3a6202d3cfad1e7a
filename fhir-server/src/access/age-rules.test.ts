/** The age policy: how it is read, and on which days its rules begin. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayIn } from '@wellspring/serving/time-zone';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgePolicy, readAgePolicy } from './age-policy.ts';
import { asRules, changesOf, dayOfAge, daysAfter, openedBy, rulesReached, withheldBy } from './age-rules.ts';

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const policy: AgePolicy = {
  ...readAgePolicy(),
  rules: [
    {
      from: 12,
      withheldLabels: [{ system: CONFIDENTIALITY, code: 'R' }],
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
    for (const odd of [undefined, '', 'soon', '2010-5-3', '2000-05-03T10', 'c. 2000-05-03', '2000-05-'])
      expect([odd, reached(odd, '2026-01-01')]).toEqual([odd, [12]]);
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

  it('begins on a day that can be told beforehand, where the birth date is known', () => {
    const changes = (birthDate: string | undefined) =>
      changesOf(policy, birthDate).map(({ from, ended, on }) => [from, ended, on]);
    expect(changes('2010-05-03')).toEqual([
      [12, false, '2022-05-03'],
      [18, true, '2028-05-03'],
    ]);
    expect(changes(undefined)).toEqual([]);
    expect([daysAfter('2026-02-27', 2), daysAfter('2026-03-01', -1)]).toEqual(['2026-03-01', '2026-02-28']);
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
    const deny = (id: string, what: object) => ({
      id,
      patient: 'leo',
      provision: { type: 'deny', actor: [{ reference: { reference: 'RelatedPerson/mum' } }], ...what },
    });
    const types = deny('urn:wellspring:age-types', {
      class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'Communication' }],
    });
    expect(asRules(withheld, 'RelatedPerson/mum', 'leo')).toEqual([types]);
    // Labels of confidentiality are kept by themselves: these two are others, whatever their codes are.
    const labels = [
      { system: 'urn:other', code: 'R' },
      { system: CONFIDENTIALITY, code: 'N' },
    ];
    const more = { from: 14, withheldLabels: labels, withheldTypes: [], ended: false };
    expect(openedBy(withheldBy([more]))).toEqual(['R', 'V']);
    expect(asRules(withheldBy([...policy.rules, more]), 'RelatedPerson/mum', 'leo')).toEqual([
      deny('urn:wellspring:age-labels', { securityLabel: labels }),
      types,
    ]);
    expect(asRules(withheldBy([]), 'RelatedPerson/mum', 'leo')).toEqual([]);
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
    expect(read('{')).toThrow(/^no age policy can be read from /);
    const rule = { from: 12, withheldTypes: ['Communication'] };
    expect(read({ ...whole, rules: [rule] })().rules).toEqual([
      { ...rule, withheldLabels: [], ended: false },
    ]);
    const labels = { from: 12, withheldLabels: ['urn:a|b'] };
    expect(read({ ...whole, rules: [labels] })().rules[0]?.withheldLabels).toEqual([
      { system: 'urn:a', code: 'b' },
    ]);
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
      [{ ...whole, rules: [rule, rule] }, /order of age/],
      [{ ...whole, rules: [{ from: -1, ended: true }] }, /rules\.0\.from/],
      ...['R', 'a b|c', 'a|b c', 'a|b|c'].map(
        (text) => [{ ...whole, rules: [{ from: 12, withheldLabels: [text] }] }, /system\|code/] as const,
      ),
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
