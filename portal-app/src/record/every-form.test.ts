/** P12, on what is filled in and chosen from: whatever a valid resource says, or leaves out, no form is taken down by it, and no choice is blank that has a value. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDateTime } from '../format/date.ts';
import { closedAt } from './clinic/closed-times.ts';
import { contactOf, contactOfPlace, openOf } from './clinic/contact.ts';
import { isAnswering } from './clinic/message-hours.ts';
import { cardsOf, isWaiting, shown } from './insurance/insurance.ts';
import { date, sparse } from './odd-values.ts';
import { optionText } from './questionnaires/answers.ts';
import { askedItems, missingItems } from './questionnaires/asked.ts';
import { responseOf, scoreOf } from './questionnaires/response.ts';
import { mayTakeBack } from './readings/changes.ts';
import { chartOf } from './readings/chart.ts';
import { formOf, readingOfForm } from './readings/form.ts';
import { KIND_NAMES, KINDS } from './readings/kinds.ts';
import { lastUsed, shownOf } from './readings/queries.ts';
import { armOf, likenessOf, readingOf } from './readings/reading.ts';
import { sorted } from './readings/take-over.ts';
import { happeningsOf } from './timeline/timeline.ts';
import { byDay, byPartOfDay, findTimes, PARTS } from './visits/booking.ts';
import { responseOf as checkInFor, checkInOf, consentItems } from './visits/check-in.ts';
import { directionsTo } from './visits/directions.ts';
import { keptUntil } from './visits/offer.ts';
import { ASPECTS, choicesOf, likeVisit, offeringsOf, suiting } from './visits/offering.ts';

const few = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 3 });
const BROKEN = /\bundefined\b|\bNaN\b|\bnull\b|Invalid Date|\[object|No value/;
const text = fc.oneof(
  fc.constantFrom('toString', '__proto__', 'Ñandú 🩺', 'a (disorder)', 'x'.repeat(300)),
  fc.string({ minLength: 1 }).filter((each) => !BROKEN.test(each)),
);
const id = fc.constantFrom('a', 'b', 'c');
const reference = sparse({
  reference: fc.constantFrom(
    'Patient/a',
    'Practitioner/b',
    'Location/c',
    'Coverage/a',
    'HealthcareService/a',
    '#m',
  ),
  display: text,
});
const period = sparse({ start: date, end: date });
const number = fc.oneof(
  fc.constantFrom(0, -0, 1e-12, 1e21, -5),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

const expectWords = (...words: readonly unknown[]): void => {
  for (const each of words) if (each !== undefined) expect(String(each)).not.toMatch(BROKEN);
};
const check = <T>(of: fc.Arbitrary<T>, see: (value: T) => void | Promise<void>) =>
  fc.assert(
    fc.asyncProperty(of, async (value) => see(value)),
    { numRuns: 120 },
  );
const of = (resourceType: string, elements: Record<string, fc.Arbitrary<unknown>>) =>
  sparse(elements).map((each) => ({ resourceType, ...each }) as never);

const ours = { patient: 'a', self: 'Patient/a' } as never;

describe('P12: odd resources in forms', () => {
  it('home readings: what is written, charted, corrected, and taken over from a file', async () => {
    const loinc = KIND_NAMES.flatMap((kind) =>
      KINDS[kind].units.flatMap((unit) => unit.loinc.map(([code]) => code)),
    );
    const concept = sparse({
      coding: few(
        sparse({
          system: fc.constant('http://loinc.org'),
          code: fc.constantFrom(...loinc, '8480-6', '8462-4', '49541-6'),
          display: text,
        }),
      ),
      text,
    });
    const unit = fc.constantFrom('mm[Hg]', 'mg/dL', 'mmol/L', 'kg', '[lb_av]', 'Cel', 'constructor', '');
    const quantity = sparse({ value: number, unit, code: unit, comparator: fc.constantFrom('<', '>=') });
    const observation = of('Observation', {
      id,
      status: fc.constantFrom('final', 'preliminary'),
      code: concept,
      effectiveDateTime: date,
      effectivePeriod: period,
      valueQuantity: quantity,
      valueString: text,
      component: few(sparse({ code: concept, valueQuantity: quantity, valueString: text })),
      bodySite: concept,
      performer: few(reference),
      device: reference,
      meta: sparse({
        tag: few(
          sparse({ system: fc.constant('urn:wellspring:written-by'), code: fc.constant('Patient/a') }),
        ),
      }),
    });
    await check(few(observation), async (all: never[]) => {
      for (const kind of KIND_NAMES) {
        const own = shownOf(kind, all);
        expect(own.length).toBe(new Set(own).size);
        for (const { points } of chartOf(
          kind,
          own.map((each) => each.observation),
        ).lines)
          for (const { time, value } of points)
            expect(Number.isFinite(time) && Number.isFinite(value)).toBe(true);
        for (const each of own) {
          const form = formOf(kind, lastUsed(own), each, 0);
          expectWords(...Object.values(form), armOf(each.observation));
          readingOfForm(kind, form);
          mayTakeBack(ours, each.observation);
        }
      }
      const readings = all
        .flatMap((each) => readingOf(each) ?? [])
        .filter(({ at }) => !Number.isNaN(Date.parse(at)));
      for (const each of readings) expectWords(likenessOf(each));
      const record = { entry: all.map((resource) => ({ resource })) };
      const { kinds } = await sorted({ patient: 'a', get: async () => record } as never, readings);
      expect(kinds.flatMap(({ fresh }) => fresh)).toEqual([]);
    });
  });

  it('questionnaires: each option has words, and what was chosen is what is sent', async () => {
    const coding = fc.oneof(
      fc.record({ code: text }),
      fc.record({ code: text, display: text, system: fc.constant('urn:x') }),
    );
    const option = fc.oneof(
      coding.map((valueCoding) => ({ valueCoding })),
      text.map((valueString) => ({ valueString })),
      fc.integer().map((valueInteger) => ({ valueInteger })),
      fc.constantFrom('2026-02-28', '2026').map((valueDate) => ({ valueDate })),
      fc.constantFrom('12:30:00', '23:59:60').map((valueTime) => ({ valueTime })),
      fc
        .record({ reference: fc.constant('Practitioner/b'), display: text })
        .map((valueReference) => ({ valueReference })),
    );
    const item = fc.record(
      {
        linkId: fc.constantFrom('1', '2', '3', '__proto__', 'constructor'),
        type: fc.constantFrom('display', 'boolean', 'choice', 'string', 'integer', 'group', 'date'),
        text,
        required: fc.boolean(),
        readOnly: fc.boolean(),
        answerOption: fc.array(option, { minLength: 1, maxLength: 4 }),
        enableWhen: fc.array(
          fc.record({ question: fc.constantFrom('1', '2', '9'), answerBoolean: fc.boolean() }),
          { maxLength: 1 },
        ),
      },
      { requiredKeys: ['linkId', 'type'] },
    );
    const questionnaire = fc
      .uniqueArray(item, { maxLength: 4, selector: ({ linkId }) => linkId })
      .map((all) => ({ resourceType: 'Questionnaire', status: 'active', item: all }) as never);
    await check(questionnaire, (form) => {
      const answered = (before: Readonly<Record<string, string>>) =>
        Object.fromEntries(
          askedItems(form, before).map(({ linkId, type }) => [linkId, type === 'boolean' ? 'yes' : '0']),
        );
      // An answer may be what another item is asked for.
      const answers = answered(answered({}));
      missingItems(form, answers);
      scoreOf(form, answers);
      const sent = responseOf(ours, form, answers).item ?? [];
      for (const asked of askedItems(form, answers)) {
        const chosen = asked.type === 'choice' ? asked.answerOption?.[0] : undefined;
        if (!chosen || !Object.hasOwn(answers, asked.linkId)) continue;
        expect(optionText(chosen)).not.toBe('');
        expectWords(optionText(chosen));
        expect(sent.find(({ linkId }) => linkId === asked.linkId)?.answer).toEqual([chosen]);
      }
    });
  });

  it('insurance: those that count and wait, with their cards', async () => {
    const coverage = of('Coverage', {
      id,
      status: fc.constantFrom('active', 'draft', 'cancelled', 'entered-in-error'),
      payor: few(reference),
      class: few(sparse({ type: sparse({ coding: few(sparse({ code: text })) }), value: text })),
      period,
      subscriberId: text,
    });
    const card = of('DocumentReference', {
      id,
      context: sparse({ related: few(reference) }),
      content: few(sparse({})),
    });
    await check(fc.tuple(few(coverage), few(card)), ([coverages, cards]: [never[], never[]]) => {
      for (const each of shown(coverages)) {
        isWaiting(each);
        expect(cardsOf(each, cards).length).toBeLessThanOrEqual(cards.length);
      }
    });
  });

  it('check-in: what was signed is read, and what is asked has words', async () => {
    const answer = sparse({ valueBoolean: fc.boolean(), valueString: text, valueInteger: fc.integer() });
    const item = sparse({ linkId: fc.constantFrom('contact', 'signature', 'x'), text, answer: few(answer) });
    const response = of('QuestionnaireResponse', {
      item: few(item),
      authored: date,
      extension: few(
        sparse({
          url: fc.constant('http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature'),
          valueSignature: sparse({ when: date, who: reference }),
        }),
      ),
    });
    const form = of('Questionnaire', {
      item: few(
        sparse({
          linkId: text,
          type: fc.constantFrom('boolean', 'string'),
          text,
          _text: sparse({ extension: few(sparse({ url: text })) }),
        }),
      ),
    });
    await check(fc.tuple(response, form), ([signed, asked]) => {
      const { at, signedBy, lines } = checkInOf(signed);
      expectWords(formatDateTime(at), signedBy, ...lines.flat());
      for (const each of consentItems(asked)) expectWords(each.text);
      expect(() => checkInFor(ours, { id: 'v' } as never, asked, {})).toThrow();
    });
  });

  it('what can be booked: schedules, free times by day and part of the day, and the visit that is moved', async () => {
    const concept = sparse({ coding: few(sparse({ code: text, display: text })), text });
    const schedule = of('Schedule', {
      id,
      active: fc.boolean(),
      actor: few(reference),
      serviceType: few(concept),
    });
    const visit = of('Appointment', {
      id,
      status: fc.constantFrom('booked', 'proposed', 'waitlist'),
      start: date,
      slot: few(reference),
      participant: fc.array(sparse({ actor: reference }), { minLength: 1, maxLength: 3 }),
      appointmentType: concept,
      extension: few(sparse({ url: text, valueInstant: date })),
    }).map(
      (each) =>
        ({
          ...(each as object),
          participant: (each as { participant?: unknown[] }).participant ?? [{}],
        }) as never,
    );
    await check(fc.tuple(few(schedule), few(visit)), async ([schedules, visits]: [never[], never[]]) => {
      const offerings = offeringsOf(schedules);
      const wanted = { care: '', place: '', who: '', mode: '' } as const;
      for (const aspect of ASPECTS)
        for (const { key, name } of choicesOf(offerings, wanted, aspect)) {
          expectWords(key, name);
          expect(suiting(offerings, { ...wanted, [aspect]: key }).length).toBeGreaterThan(0);
        }
      const fhir = { operation: async () => ({ entry: visits.map((resource) => ({ resource })) }) } as never;
      const times = await findTimes(fhir, { schedules: undefined, mode: '', reason: 'new', from: 0 });
      for (const [day, there] of byDay(times)) {
        expect(day).toMatch(/^[+-]?\d{4,6}-\d\d-\d\d$/);
        const parts = byPartOfDay(there);
        expect(PARTS.flatMap((part) => parts.get(part) ?? [])).toHaveLength(there.length);
      }
      for (const each of visits) {
        expectWords(...Object.values(likeVisit(each, offerings)));
        expectWords(formatDateTime(keptUntil(each)));
      }
    });
  });

  it('the timeline', async () => {
    const concept = sparse({
      coding: few(
        sparse({ system: fc.constantFrom('http://snomed.info/sct', 'urn:x'), code: text, display: text }),
      ),
      text,
    });
    const type = fc.constantFrom(
      'Encounter',
      'Condition',
      'AllergyIntolerance',
      'MedicationRequest',
      'DiagnosticReport',
      'Procedure',
      'Immunization',
      'DocumentReference',
    );
    const one = fc
      .tuple(
        type,
        sparse({
          id,
          code: concept,
          vaccineCode: concept,
          medicationCodeableConcept: concept,
          intent: fc.constant('order'),
          recordedDate: date,
          onsetDateTime: date,
          performedDateTime: date,
          occurrenceDateTime: date,
          authoredOn: date,
          issued: date,
          date,
          period,
          conclusion: text,
          requester: reference,
        }),
      )
      .map(([resourceType, rest]) => {
        const typed = resourceType === 'Encounter' ? { type: [(rest as { code?: unknown }).code ?? {}] } : {};
        return { resourceType, ...rest, ...typed } as never;
      });
    await check(few(one), (all: never[]) => {
      for (const { name, date: at, about } of happeningsOf(all)) expectWords(name, formatDateTime(at), about);
    });
  });

  it('hours: when it is open, closed and answering, and where it is', async () => {
    const days = few(fc.constantFrom('mon', 'tue', 'sun'));
    const time = fc.constantFrom('00:00:00', '08:30:00', '23:59:60', '12:30:00.5');
    const closed = fc.record({ description: text, during: period }, { requiredKeys: ['description'] });
    const service = of('HealthcareService', {
      id,
      name: text,
      availableTime: few(
        sparse({ daysOfWeek: days, allDay: fc.boolean(), availableStartTime: time, availableEndTime: time }),
      ),
      notAvailable: few(closed),
      telecom: few(
        sparse({ system: fc.constantFrom('phone', 'email'), value: text, rank: fc.constantFrom(1, 2) }),
      ),
    });
    const place = of('Location', {
      id,
      name: text,
      hoursOfOperation: few(
        sparse({ daysOfWeek: days, allDay: fc.boolean(), openingTime: time, closingTime: time }),
      ),
      address: sparse({ line: few(text), city: text, state: text, postalCode: text }),
      position: sparse({ latitude: number, longitude: number }),
    });
    await check(fc.tuple(few(service), few(place)), ([services, places]: [never[], never[]]) => {
      const organization = { resourceType: 'Organization', name: 'The clinic' } as never;
      const contact = contactOf(organization, services, places, 0);
      expectWords(contact?.name, contact?.phone, contact?.address, ...(contact?.hours ?? []));
      for (const each of places) {
        const there = contactOfPlace(each);
        expectWords(there?.name, there?.address, ...(there?.hours ?? []), directionsTo(each));
      }
      for (const each of services) {
        expectWords(...(openOf(each) ?? []));
        expect(typeof isAnswering(each, 'Nowhere/Land', 0)).toBe('boolean');
      }
      closedAt(services, places, { actor: [{ reference: 'HealthcareService/a' }] } as never)(0);
      closedAt(services, places, { actor: [{ reference: 'Location/a' }] } as never)(0);
    });
  });
});
