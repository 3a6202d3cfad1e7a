/** What the record holds as codes, and what the portal itself wrote, is said in the reader's language; the clinic's own words stay. */
import { resourceTypes, terminology } from '@wellspring/profiles';
import { beforeAll, describe, expect, it } from 'vitest';
import { spanishOfDesk } from '../i18n/es/desk-all.ts';
import { spanish } from '../i18n/es/index.ts';
import { spanishOfPages } from '../i18n/es/pages.ts';
import { things } from '../i18n/es/things.ts';
import { learnTexts } from '../i18n/language.ts';
import { areas, thingsTitle, thingWords } from '../record/access/things.ts';
import { scopeWords } from '../record/administration/scope-words.ts';
import { taskTitle } from '../record/inbox/task-title.ts';
import { whyCancelled } from '../record/visits/why-cancelled.ts';
import { flagOf } from './flag-of.ts';
import { languageName } from './language-name.ts';
import { plainName } from './plain-words.ts';
import { relationWords } from './relation.ts';
import { valueText } from './value.ts';

const ROLE_CODE = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode';
const task = (description: string) =>
  ({ resourceType: 'Task', status: 'requested', intent: 'order', description }) as const;

const ENGLISH_THINGS = resourceTypes.map(thingWords);
const ENGLISH_AREAS = areas();

/** What a laboratory says of a result by HL7's codes, by whatever name it gives them. */
const INTERPRETATIONS = (
  terminology().expand('http://hl7.org/fhir/ValueSet/observation-interpretation') ?? []
)
  .map(({ system, code = '' }) => ({ system, code, display: `~${code}` }))
  .filter(({ code }) => !/^_|^Observation|^Reactivity/.test(code));
const saidOf = (coding: object): string | undefined =>
  flagOf({ interpretation: [{ coding: [coding] }] }).words;
const ENGLISH_INTERPRETATIONS = new Map(INTERPRETATIONS.map((each) => [each.code, saidOf(each)]));

describe('in Spanish', () => {
  beforeAll(() => learnTexts({ ...spanish, ...spanishOfPages, ...spanishOfDesk, ...things }));

  it('relations are told by their code, and without one in the words of the record', () => {
    expect(relationWords({ coding: [{ system: ROLE_CODE, code: 'HUSB' }], text: 'husband' })).toBe('esposo');
    expect(relationWords({ coding: [{ system: 'urn:other', code: 'HUSB' }], text: 'my rock' })).toBe(
      'my rock',
    );
  });

  it('why a visit was cancelled is told by its code, and by the clinic’s own words where it has some', () => {
    const cancelled = (cancelationReason: object) =>
      whyCancelled({ resourceType: 'Appointment', status: 'cancelled', participant: [], cancelationReason });
    const system = 'http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason';
    const coding = [{ system, code: 'pat-cpp', display: 'Patient: Canceled via Patient Portal' }];
    expect(cancelled({ coding })).toBe('Cancelada en el portal');
    expect(cancelled({ coding, text: 'Llámenos.' })).toBe('Llámenos.');
  });

  it('languages, tests and what the log was about have names', () => {
    expect(languageName({ coding: [{ code: 'es', display: 'Spanish' }] }, 'es')).toBe('español');
    expect(languageName({ coding: [{ code: 'no such code', display: 'Lingo' }] }, 'es')).toBe('Lingo');
    expect(languageName({ text: 'Kreyòl' }, 'es')).toBe('Kreyòl');
    expect(plainName('2132-9')).toBe('Vitamin B12');
    expect(thingWords('ExplanationOfBenefit')).toBe('lo que pagó el seguro');
  });

  it('each type of R4 has words of its own, and so has what it is about', () => {
    const words = resourceTypes.map(thingWords);
    expect(resourceTypes.filter((_, i) => words[i] === ENGLISH_THINGS[i])).toEqual([]);
    expect(words.filter((each, i) => words.indexOf(each) !== i)).toEqual([]);
    expect(areas().filter((area, i) => area === ENGLISH_AREAS[i])).toEqual([]);
    expect(thingsTitle(['ServiceRequest', 'AdverseEvent'])).toBe(
      'Derivaciones y órdenes, daños causados por la atención',
    );
    expect(scopeWords('user/AdverseEvent.c')[0]?.deeds).toEqual([
      { does: 'Añade', things: [{ area: undefined, names: ['daños causados por la atención'] }] },
    ]);
  });

  it('each interpretation of a result has words', () => {
    expect(INTERPRETATIONS.length).toBeGreaterThan(40);
    const same = INTERPRETATIONS.filter((each) => saidOf(each) === ENGLISH_INTERPRETATIONS.get(each.code));
    expect(same).toEqual([]);
    expect(saidOf({ code: 'SDD' })).toBe('Sensible con una dosis mayor');
  });

  it('what the portal wrote into a home reading is said in it, and what others wrote as they did', () => {
    const meal = (text: string) => [{ code: { text: 'Meal' }, valueString: text }];
    expect(valueText({ valueQuantity: { value: 137, unit: 'mg/dL' }, component: meal('Fasting') })).toBe(
      '137 mg/dL (En ayunas)',
    );
    expect(valueText({ valueQuantity: { value: 5, unit: 'mg/dL' }, component: meal('Soup') })).toBe(
      '5 mg/dL (Meal: Soup)',
    );
    expect(valueText({ valueQuantity: { value: 5120, unit: 'steps', code: '{steps}' } })).toMatch(/ pasos$/);
    expect(valueText({ valueQuantity: { value: 61, unit: 'beats/minute', code: '/min' } })).toBe(
      '61 latidos/minuto',
    );
  });

  it('requests that the portal wrote are called in it, those of the clinic as it wrote them', () => {
    expect(taskTitle(task('Refill request'))).toBe('Solicitud de resurtido');
    expect(taskTitle(task('Yearly mood questionnaire (PHQ-9)'))).toBe('Yearly mood questionnaire (PHQ-9)');
    expect(taskTitle({ resourceType: 'Task', status: 'requested', intent: 'order' })).toBe('Solicitud');
  });
});
