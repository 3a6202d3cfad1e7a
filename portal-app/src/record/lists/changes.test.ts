/** What a clinician does to an entry of a list leaves a valid resource that says what was meant, and nothing else of it changed. */
import type {
  AllergyIntolerance,
  Condition,
  MedicationRequest,
  MedicationStatement,
} from '@medplum/fhirtypes';
import { validateResource } from '@wellspring/profiles';
import { describe, expect, it } from 'vitest';
import { dayNamed } from '../../format/date.ts';
import { broughtBack, confirmed, corrected, ended, putBack, takenBack } from './changes.ts';
import { isCurrent, isUnsure, type Listed, nameOf } from './queries.ts';

const by = { reference: 'Practitioner/p', display: 'P' } as const;
const of = { reference: 'Patient/x' } as const;
const TERMS = 'http://terminology.hl7.org/CodeSystem';
const coded = (system: string, code: string) => ({ coding: [{ system: `${TERMS}/${system}`, code }] });

const condition: Condition = {
  resourceType: 'Condition',
  id: 'c',
  clinicalStatus: coded('condition-clinical', 'active'),
  verificationStatus: coded('condition-ver-status', 'provisional'),
  code: {
    text: 'Asthma',
    coding: [{ system: 'http://snomed.info/sct', code: '195967001', display: 'Asthma' }],
  },
  subject: of,
  onsetDateTime: '2019',
};
const allergy: AllergyIntolerance = {
  resourceType: 'AllergyIntolerance',
  id: 'a',
  clinicalStatus: coded('allergyintolerance-clinical', 'active'),
  verificationStatus: coded('allergyintolerance-verification', 'unconfirmed'),
  code: { text: 'Latex' },
  patient: of,
};
const order: MedicationRequest = {
  resourceType: 'MedicationRequest',
  id: 'm',
  status: 'active',
  intent: 'order',
  medicationCodeableConcept: { text: 'Metformin' },
  subject: of,
};
const taken: MedicationStatement = {
  resourceType: 'MedicationStatement',
  id: 's',
  status: 'active',
  medicationCodeableConcept: { text: 'Ibuprofen' },
  subject: of,
  effectiveDateTime: '2023-02-01',
};
const all: readonly Listed[] = [condition, allergy, order, taken];
const end = { date: '2026-07-01', why: 'no longer needed' };
const problems = (entry: Listed) => validateResource(entry as never).map(({ diagnostics }) => diagnostics);

describe.each(all.map((entry) => [entry.resourceType, entry] as const))('an entry, %s', (_, entry) => {
  it('that was ended is over, with the reason and who said so, and can be brought back as it was', () => {
    const over = ended(entry, end, by);
    expect(problems(over)).toEqual([]);
    expect(isCurrent(over)).toBe(false);
    expect(over.note).toMatchObject([{ text: end.why, authorReference: by }]);
    const back = broughtBack(over);
    expect(problems(back)).toEqual([]);
    expect(isCurrent(back)).toBe(true);
    expect(JSON.stringify(back)).not.toContain(end.date);
  });

  it('that was entered in error is valid and says so', () => {
    const back = takenBack(entry);
    expect(problems(back)).toEqual([]);
    expect(JSON.stringify(back)).toContain('entered-in-error');
    expect(back).not.toHaveProperty('clinicalStatus');
  });
});

describe.each(all.map((entry) => [entry.resourceType, entry] as const))(
  'an error that was none, %s',
  (_, entry) => {
    const meta = {
      security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }],
    };
    const labelled: Listed = { ...entry, meta };

    it('is put back as it was before, with its labels', () => {
      const back = putBack(takenBack(labelled), labelled);
      expect(problems(back)).toEqual([]);
      expect(back).toEqual(labelled);
    });

    it('of something that was over is put back as over', () => {
      const over = ended(labelled, end, by);
      expect(putBack(takenBack(over), over)).toEqual(over);
    });

    it('of which no older version is known is what nobody has confirmed', () => {
      const back = putBack(takenBack(labelled), undefined);
      expect(problems(back)).toEqual([]);
      expect(JSON.stringify(back)).toMatch(/"unconfirmed"|"status":"unknown"/);
      expect(back.meta).toEqual(meta);
    });
  },
);

it('what was ended by mistake is as current as it was: a medicine on hold is on hold again', () => {
  const held: MedicationRequest = { ...order, status: 'on-hold' };
  expect(broughtBack(ended(held, end, by), held)).toMatchObject({ status: 'on-hold' });
  const relapse: Condition = { ...condition, clinicalStatus: coded('condition-clinical', 'relapse') };
  expect(broughtBack(ended(relapse, end, by), relapse)).toMatchObject({
    clinicalStatus: relapse.clinicalStatus,
  });
});

describe.each([condition, allergy])('what was said of a patient, $resourceType', (entry) => {
  it('is sure once it was confirmed', () => {
    expect(isUnsure(entry)).toBe(true);
    const sure = confirmed(entry);
    expect(problems(sure)).toEqual([]);
    expect(isUnsure(sure)).toBe(false);
  });

  it('loses its codes with its name, and keeps them with it', () => {
    const name = entry.code?.text ?? '';
    const same = corrected(entry, { name, since: '2020-05', note: '' }, by);
    expect(same).toMatchObject({ code: entry.code, onsetDateTime: '2020-05' });
    const other = corrected(entry, { name: 'Something else', since: '', note: 'as told' }, by);
    expect(other.code).toEqual({ text: 'Something else' });
    expect(other).not.toHaveProperty('onsetDateTime');
    expect([...problems(same), ...problems(other)]).toEqual([]);
  });
});

describe('since when', () => {
  const { onsetDateTime: _, ...undated } = condition;
  const name = nameOf(condition);
  const since = (entry: Condition | AllergyIntolerance, day: string) =>
    corrected(entry, { name, since: day, note: '' }, by);
  it.each([
    { onsetAge: { value: 40, code: 'a', system: 'http://unitsofmeasure.org', unit: 'years' } },
    { onsetString: 'As a child' },
    { onsetPeriod: { start: '2001', end: '2002' } },
    { onsetRange: { low: { value: 30 }, high: { value: 40 } } },
  ])('is said in one way: %o', (onset) => {
    const entry: Condition = { ...undated, ...onset };
    expect(since(entry, '')).toEqual(entry);
    const dated = since(entry, '2006');
    expect(dated).toMatchObject({ onsetDateTime: '2006' });
    expect(Object.keys(dated).filter((key) => key.startsWith('onset'))).toEqual(['onsetDateTime']);
    expect(problems(dated)).toEqual([]);
  });
  it('stays to the letter where another thing was corrected', () => {
    const entry: Condition = { ...undated, onsetDateTime: '2024-06-01T03:00:00Z' };
    expect(since(entry, dayNamed(entry.onsetDateTime))).toMatchObject({
      onsetDateTime: '2024-06-01T03:00:00Z',
    });
  });
});

it('a medicine that began on one day has a period once it has ended', () => {
  expect(ended(taken, end, by)).toMatchObject({
    effectivePeriod: { start: '2023-02-01', end: '2026-07-01' },
  });
});
