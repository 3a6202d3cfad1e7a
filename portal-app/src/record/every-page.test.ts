/** P12: whatever a valid resource says, or leaves out, becomes words: no page is taken down, none says "undefined". */
import type {
  Appointment,
  AuditEvent,
  Communication,
  DiagnosticReport,
  MedicationDispense,
  MedicationRequest,
  Observation,
} from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUpcoming, place, reason, withWhom } from '../format/appointment.ts';
import { formatDate, formatDateTime, formatDistance, formatMonth } from '../format/date.ts';
import { dosageText } from '../format/dosage.ts';
import { rangeOf, rangeWords } from '../format/flag.ts';
import { flagOf } from '../format/flag-of.ts';
import { prescriptionsOf } from '../format/medicine.ts';
import { isMessage, textOf } from '../format/message.ts';
import { moneyText } from '../format/money.ts';
import { dateOf, isPanel } from '../format/observation.ts';
import { unitText } from '../format/quantity.ts';
import { valueText } from '../format/value.ts';
import { medicineName, testName } from '../format/words.ts';
import { visitsOf } from './access/words.ts';
import { billsOf, owedOf, paymentAddress } from './bills/bills.ts';
import { activitiesOf } from './care-plan/activities.ts';
import { goalView, nowWords } from './care-plan/goals.ts';
import { isOver, planView } from './care-plan/plan.ts';
import { plan } from './checkups/due.ts';
import { checkupsOf } from './checkups/queries.ts';
import { sourceWords, whoWords, whyWords } from './checkups/words.ts';
import { documentName } from './documents/name.ts';
import { type Entry, KINDS, lineOf } from './entries/kinds.ts';
import { childOf, growthOf } from './growth/growth.ts';
import { ageText, percentileText } from './growth/words.ts';
import { newsOf } from './inbox/news.ts';
import { answerTo, letterName, paperState, papersOf } from './letters/letters.ts';
import { scheduleOf } from './medicines/schedule.ts';
import { pharmaciesOf, runsOutSoon, supplyOf } from './medicines/supply.ts';
import { threadsOf } from './messages/queries.ts';
import { date, sparse } from './odd-values.ts';
import { ageOf } from './patient/banner.ts';
import { contactOf } from './patient/contact.ts';
import { emergencyContactOf } from './patient/emergency.ts';
import { preferencesOf } from './patient/notice-preferences.ts';
import { whoseOf } from './patient/whose.ts';
import { chartsOf } from './results/lines.ts';
import { linesShown, ordersOf, outsideWords } from './results/orders.ts';
import { progressOf } from './results/progress.ts';
import { testRows } from './results/queries.ts';
import { commentsOf, sectionsOf } from './results/sections.ts';
import { usualOf } from './results/usual.ts';
import { calendarFile } from './visits/calendar.ts';
import { mayCancel, mayCheckIn } from './visits/changes.ts';
import { summaryOf } from './visits/summary.ts';
import { when } from './visits/words.ts';

const some = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 2 });
/** What the words may not say. */
const NO_WORDS = /\bundefined\b|\bNaN\b|Invalid Date|\[object/;
const text = fc.oneof(
  fc.constantFrom('toString', '__proto__', ' ', 'Ñandú 🩺', 'a (disorder)'),
  fc.string().filter((any) => !NO_WORDS.test(any)),
);
const id = fc.constantFrom('a', 'b', 'c');
const coding = sparse({ system: fc.constantFrom('http://loinc.org', 'urn:x'), code: text, display: text });
const concept = sparse({ coding: fc.array(coding, { maxLength: 2 }), text });
const number = fc.oneof(
  fc.constantFrom(0, -0, 1e-12, 1e21, -5, Number.MAX_SAFE_INTEGER),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const unit = fc.constantFrom('mg/dL', 'mmol/L', 'g/L', '%', '{score}', 'constructor', '10*3/uL', '');
const quantity = sparse({
  value: number,
  comparator: fc.constantFrom('<', '<=', '>', '>='),
  unit,
  code: unit,
  system: fc.constant('http://unitsofmeasure.org'),
});
const reference = sparse({
  reference: fc.constantFrom(
    'Patient/a',
    'Practitioner/b',
    'Location/c',
    'Observation/a',
    'Communication/b',
    '#m',
    'urn:x',
  ),
  display: text,
});
const period = sparse({ start: date, end: date });
const note = fc.array(sparse({ text }), { maxLength: 2 });
const concepts = fc.array(concept, { maxLength: 2 });
const references = fc.array(reference, { maxLength: 2 });

const values = {
  valueQuantity: quantity,
  valueCodeableConcept: concept,
  valueString: text,
  valueBoolean: fc.boolean(),
  valueInteger: fc.integer(),
  valueRange: sparse({ low: quantity, high: quantity }),
  valueRatio: sparse({ numerator: quantity, denominator: quantity }),
  valueSampledData: sparse({
    origin: quantity,
    data: fc.constantFrom('', 'E', '1 2 L U', '5'),
    factor: number,
    dimensions: fc.constantFrom(1, 2),
  }),
  valueTime: fc.constantFrom('00:00:00', '23:59:60', '12:30:00.5'),
  valueDateTime: date,
  valuePeriod: period,
  dataAbsentReason: concept,
  interpretation: concepts,
  referenceRange: fc.array(sparse({ low: quantity, high: quantity, text, appliesTo: concepts }), {
    maxLength: 2,
  }),
};
const observation = fc
  .tuple(
    id,
    concept,
    sparse({
      ...values,
      category: concepts,
      effectiveDateTime: date,
      effectivePeriod: period,
      effectiveInstant: date,
      effectiveTiming: sparse({ event: fc.array(date), repeat: sparse({ boundsPeriod: period }) }),
      issued: date,
      performer: references,
      hasMember: references,
      note,
      component: fc.array(fc.tuple(concept, sparse(values)).map(([code, rest]) => ({ code, ...rest }))),
    }),
    fc.constantFrom('final', 'cancelled', 'preliminary', 'unknown'),
  )
  .map(
    ([id, code, rest, status]) => ({ resourceType: 'Observation', id, code, status, ...rest }) as Observation,
  );

/** Words on a page, apart from what the resource itself says. */
function expectWords(...words: readonly (string | undefined)[]): void {
  for (const each of words) if (each !== undefined) expect(each).not.toMatch(NO_WORDS);
}

const check = <T>(of: fc.Arbitrary<T>, see: (value: T) => void) =>
  fc.assert(fc.property(of, see), { numRuns: 150 });

describe('P12: odd resources become words', () => {
  it('results, their rows, charts, ranges and reports', () => {
    check(fc.array(observation, { maxLength: 6 }), (all) => {
      for (const row of testRows(all)) {
        expectWords(row.name, row.value, row.status, row.flag.words, formatDate(row.date));
        expect(row.history.every(Number.isFinite)).toBe(true);
      }
      for (const { lines } of chartsOf(all))
        for (const { points } of lines)
          for (const { value, time } of points)
            expect(Number.isFinite(value) && Number.isFinite(time)).toBe(true);
      for (const each of all) {
        expectWords(valueText(each), flagOf(each).words, testName(each.code), formatDateTime(dateOf(each)));
        expectWords(rangeWords(rangeOf(each), unitText(each.valueQuantity)));
        usualOf(each, all);
        growthOf({ birthDate: '2010-01-01', sex: 'female' }, all);
        isPanel(each);
      }
      const result = all.map((each) => ({ reference: `Observation/${each.id}` as const }));
      const report = {
        resourceType: 'DiagnosticReport',
        status: 'final',
        code: {},
        result,
      } as DiagnosticReport;
      const lines = sectionsOf(report, all).flatMap((section) => {
        expectWords(section.title);
        return section.results;
      });
      // Each line once, and none lost.
      expect(new Set(lines)).toEqual(new Set(all.filter((each) => !isPanel(each))));
      expect(lines.length).toBe(new Set(lines).size);
      expectWords(...commentsOf(report, all));
      for (const each of all) progressOf(each, all, []);
      const orders = ordersOf({ found: [report], hasMore: false }, all, { found: all, hasMore: false });
      for (const order of orders) expectWords(order.name, outsideWords(linesShown(order)));
    });
  });

  it('medicines, their doses and how far they reach', () => {
    const dose = sparse({
      text,
      asNeededBoolean: fc.boolean(),
      timing: sparse({
        repeat: sparse({ frequency: number, period: number, periodUnit: fc.constantFrom('d', 'wk', 'h') }),
      }),
      doseAndRate: fc.array(sparse({ doseQuantity: quantity }), { maxLength: 1 }),
    });
    const request = sparse({
      id,
      status: fc.constantFrom('active', 'stopped'),
      intent: fc.constantFrom('order', 'proposal', 'plan'),
      medicationCodeableConcept: concept,
      medicationReference: reference,
      contained: fc.array(
        sparse({ resourceType: fc.constant('Medication'), id: fc.constant('m'), code: concept }),
        { maxLength: 1 },
      ),
      authoredOn: date,
      dosageInstruction: fc.array(dose, { maxLength: 2 }),
      dispenseRequest: sparse({ numberOfRepeatsAllowed: fc.nat(9) }),
    }).map((each) => ({ resourceType: 'MedicationRequest', ...each }) as unknown as MedicationRequest);
    const dispense = sparse({
      status: fc.constant('completed'),
      whenHandedOver: date,
      daysSupply: quantity,
      authorizingPrescription: fc.constant([{ reference: 'MedicationRequest/a' }]),
      performer: fc.array(
        reference.map((actor) => ({ actor })),
        { maxLength: 1 },
      ),
    }).map((each) => ({ resourceType: 'MedicationDispense', ...each }) as unknown as MedicationDispense);
    check(
      fc.tuple(fc.array(request, { maxLength: 4 }), fc.array(dispense, { maxLength: 3 })),
      ([requests, dispenses]) => {
        const orders = prescriptionsOf(requests);
        expect(orders.every(({ intent }) => intent === 'order')).toBe(true);
        scheduleOf(orders);
        pharmaciesOf(dispenses);
        for (const each of orders) {
          const supply = supplyOf(each, dispenses);
          runsOutSoon(supply);
          expectWords(medicineName(each), dosageText(each.dosageInstruction), supply.runsOut);
        }
      },
    );
  });

  it('what is due of screenings and vaccinations', () => {
    const person = sparse({ birthDate: date, gender: fc.constantFrom('female', 'male', 'unknown') });
    const cvx = sparse({ code: fc.constantFrom('03', '165', '140', '187', '115', '') });
    const given = sparse({
      vaccineCode: sparse({ coding: fc.array(cvx, { maxLength: 2 }), text }),
      occurrenceDateTime: date,
    });
    const done = sparse({ code: concept, performedDateTime: date, performedPeriod: period });
    const told = sparse({ category: concepts, sent: date });
    const all = fc.tuple(
      person,
      fc.array(given, { maxLength: 4 }),
      fc.array(done, { maxLength: 3 }),
      fc.array(observation, { maxLength: 3 }),
      fc.array(sparse({ code: concept, effectiveDateTime: date, effectivePeriod: period, issued: date }), {
        maxLength: 2,
      }),
      fc.array(told, { maxLength: 2 }),
    );
    check(all, ([patient, immunizations, procedures, observations, reports, messages]) => {
      const found = { procedures, observations, reports, messages, conditions: procedures };
      const checkups = checkupsOf(patient as never, immunizations as never, found as never);
      for (const { rule, from, last } of plan(checkups.person))
        expectWords(rule.name, from, last, whoWords(rule), ...whyWords(rule), sourceWords(rule));
    });
  });

  it('bills, and what the insurance decided about them', () => {
    const money = sparse({ value: fc.double({ noNaN: true, noDefaultInfinity: true }), currency: text });
    const identifiers = fc.array(sparse({ system: text, value: text }), { maxLength: 2 });
    const price = sparse({
      type: fc.constantFrom('base', 'tax', 'deduction', 'other'),
      code: concept,
      amount: money,
    });
    const line = sparse({
      chargeItemCodeableConcept: concept,
      chargeItemReference: reference,
      priceComponent: fc.array(price, { maxLength: 3 }),
    });
    const invoice = sparse({
      id,
      identifier: identifiers,
      status: fc.constantFrom('issued', 'balanced', 'draft', 'constructor'),
      date,
      issuer: reference,
      account: reference,
      lineItem: fc.array(line, { maxLength: 3 }),
      totalNet: money,
      totalGross: money,
      paymentTerms: text,
    });
    const benefit = sparse({
      id,
      status: fc.constantFrom('active', 'cancelled'),
      use: fc.constantFrom('claim', 'preauthorization'),
      created: date,
      insurer: reference,
      related: fc.array(sparse({ reference: sparse({ system: text, value: text }) }), { maxLength: 2 }),
      item: fc.array(sparse({ productOrService: concept }), { maxLength: 2 }),
      total: fc.array(sparse({ category: concept, amount: money }), { maxLength: 3 }),
      payment: sparse({ amount: money, date }),
    });
    check(
      fc.tuple(fc.array(invoice, { maxLength: 3 }), fc.array(benefit, { maxLength: 3 })),
      ([bills, benefits]) => {
        const all = billsOf(bills as never, benefits as never, []);
        expectWords(moneyText(owedOf(all.bills)));
        for (const bill of all.bills) {
          expectWords(formatDate(bill.date), moneyText(bill.own), ...bill.lines.map(({ name }) => name));
          for (const { by, amount } of bill.lines.flatMap(({ taken }) => taken))
            expectWords(by, moneyText(amount));
          expectWords(paymentAddress('https://pay.example/{number}', bill));
        }
        for (const each of [...all.others, ...all.bills.flatMap((bill) => bill.benefits)])
          expectWords(formatDate(each.date), moneyText(each.paid), ...each.names);
      },
    );
  });

  it('visits, and the calendar file of them', () => {
    const visit = sparse({
      id,
      status: fc.constantFrom('booked', 'proposed', 'cancelled'),
      start: date,
      end: date,
      requestedPeriod: fc.array(period, { maxLength: 1 }),
      serviceType: concepts,
      description: text,
      participant: fc.array(sparse({ actor: reference }), { maxLength: 3 }),
    }).map((each) => ({ resourceType: 'Appointment', participant: [], ...each }) as unknown as Appointment);
    check(fc.array(visit, { maxLength: 4 }), (visits) => {
      calendarFile(visits);
      const nothing = { documents: [], results: [], messages: [], tasks: [], answered: [] };
      for (const { title, about, to } of newsOf({ ...nothing, visits } as never, 'Patient/a', () => true))
        expectWords(title, about, to);
      for (const each of visits) {
        expectWords(when(each), reason(each), withWhom(each), place(each), formatDistance(each.start ?? ''));
        isUpcoming(each);
        mayCancel(each);
        mayCheckIn(each);
      }
    });
  });

  it('the summary of a visit', () => {
    const encounter = fc.constant({ reference: 'Encounter/v' });
    const types = [
      'Condition',
      'Procedure',
      'Immunization',
      'Observation',
      'DiagnosticReport',
      'MedicationRequest',
      'MedicationStatement',
      'CarePlan',
      'ServiceRequest',
      'Communication',
      'Appointment',
      'DocumentReference',
    ];
    const detail = sparse({ status: text, code: concept, description: text, scheduledString: text });
    const anything = sparse({
      id,
      code: concept,
      vaccineCode: concept,
      medicationCodeableConcept: concept,
      medicationReference: reference,
      priorPrescription: reference,
      category: concepts,
      status: fc.oneof(fc.constantFrom('active', 'completed', 'stopped', 'booked', 'final'), text),
      intent: fc.constantFrom('order', 'plan', 'proposal'),
      doNotPerform: fc.boolean(),
      clinicalStatus: concept,
      verificationStatus: concept,
      activity: fc.array(sparse({ detail, reference }), { maxLength: 2 }),
      basedOn: references,
      performer: fc.array(reference, { maxLength: 1 }),
      sender: reference,
      sent: date,
      start: date,
      end: date,
      conclusion: text,
      payload: fc.array(sparse({ contentString: text }), { maxLength: 2 }),
      ...values,
    });
    const one = fc
      .tuple(fc.constantFrom(...types), anything, encounter)
      .map(([resourceType, rest, encounter]) => ({ resourceType, encounter, context: encounter, ...rest }));
    check(fc.array(one, { maxLength: 6 }), (found) => {
      const visit = { resourceType: 'Encounter', id: 'v' };
      const { sections } = summaryOf(visit as never, found as never);
      for (const { lead, lines } of sections) {
        expectWords(lead);
        for (const { name, value, about, note, flag } of lines)
          expectWords(name, value, about, note, flag?.words);
      }
    });
  });

  it('messages and the access log', () => {
    const message = sparse({
      id,
      sent: date,
      received: date,
      topic: concept,
      sender: reference,
      inResponseTo: references,
      partOf: references,
      payload: fc.array(sparse({ contentString: text, contentAttachment: sparse({ title: text }) }), {
        maxLength: 2,
      }),
    }).map(
      (each) => ({ resourceType: 'Communication', status: 'completed', ...each }) as unknown as Communication,
    );
    check(fc.array(message, { maxLength: 5 }), (messages) => {
      for (const { topic, messages: said } of threadsOf(messages)) {
        expectWords(topic, ...said.map(textOf));
        expect(said.length > 0 && said.every(isMessage)).toBe(true);
      }
      const nothing = { visits: [], documents: [], results: [], tasks: [], answered: [] };
      for (const { title } of newsOf({ ...nothing, messages } as never, 'Patient/a', () => true))
        expectWords(title);
    });
    const event = sparse({
      recorded: date,
      action: fc.constantFrom('R', 'X'),
      agent: fc.array(sparse({ who: reference }), { maxLength: 2 }),
      entity: fc.array(sparse({ what: reference }), { maxLength: 2 }),
    }).map(
      (each) =>
        ({
          resourceType: 'AuditEvent',
          recorded: '2026-01-01T00:00:00Z',
          agent: [],
          ...each,
        }) as unknown as AuditEvent,
    );
    check(fc.array(event, { maxLength: 4 }), (events) => {
      for (const { who, deeds } of visitsOf(events, 'Patient/a'))
        expectWords(who, ...deeds.flatMap(({ brief, whole }) => [brief, whole]));
    });
  });

  it('letters, what was handed in, goals, plans of care and when their activities are done', () => {
    const strings = fc.array(text, { maxLength: 2 });
    const timing = sparse({
      event: fc.array(date, { maxLength: 3 }),
      code: concept,
      repeat: sparse({
        boundsPeriod: period,
        frequency: number,
        period: number,
        periodUnit: fc.constantFrom('s', 'min', 'h', 'd', 'wk', 'mo', 'a'),
        dayOfWeek: fc.array(fc.constantFrom('mon', 'sun'), { maxLength: 2 }),
        timeOfDay: fc.array(fc.constantFrom('23:59:60', '08:00:00'), { maxLength: 2 }),
        count: fc.nat(3),
      }),
    });
    const detail = sparse({
      code: concept,
      description: text,
      status: text,
      scheduledTiming: timing,
      scheduledPeriod: period,
      scheduledString: text,
      performer: references,
      reasonCode: concepts,
      doNotPerform: fc.boolean(),
    });
    const carePlan = sparse({
      id,
      title: text,
      category: concepts,
      description: text,
      period,
      status: text,
      addresses: references,
      activity: fc.array(sparse({ detail, reference }), { maxLength: 3 }),
    });
    const target = sparse({
      measure: concept,
      detailQuantity: quantity,
      detailRange: sparse({ low: quantity, high: quantity }),
      detailString: text,
      detailCodeableConcept: concept,
      dueDate: date,
      dueDuration: quantity,
    });
    const goal = sparse({
      id,
      lifecycleStatus: text,
      achievementStatus: concept,
      description: concept,
      startDate: date,
      target: fc.array(target, { maxLength: 3 }),
      note,
    });
    const letter = sparse({
      status: text,
      reasonCode: concept,
      statusReason: concept,
      note,
      output: fc.array(sparse({ valueReference: reference, valueString: text }), { maxLength: 2 }),
      docStatus: text,
      author: references,
      description: text,
      type: concept,
      category: concepts,
      prefix: strings,
    });
    const found = fc.array(observation, { maxLength: 4 });
    check(fc.tuple(carePlan, goal, letter, found), ([plan, aim, paper, values]) => {
      const view = planView(plan as never);
      expectWords(view.title, view.period, view.state, view.addresses, ...view.kinds, ...view.paragraphs);
      isOver(plan as never);
      for (const { name, about, schedule, state, by } of activitiesOf(plan as never, values, 'Patient/a'))
        expectWords(name, schedule, state, by, ...about);
      const { name, state, targets, notes } = goalView(aim as never, values);
      expectWords(name, state?.words, ...notes);
      for (const { words, due, now } of targets) expectWords(words, due, now && nowWords(now));
      expectWords(letterName(paper as never), ...papersOf(paper as never), ...answerTo(paper as never));
      expectWords(documentName(paper as never), paperState(paper as never));
    });
  });

  it('who the record is of, how they are reached, and how a child grows', () => {
    const telecom = sparse({
      system: fc.constantFrom('phone', 'email', 'fax'),
      value: text,
      rank: fc.constant(1),
    });
    const address = sparse({ line: fc.array(text, { maxLength: 2 }), city: text, text });
    const name = sparse({
      use: fc.constantFrom('old', 'official'),
      text,
      given: fc.array(text),
      family: text,
    });
    const person = sparse({
      name: fc.array(name, { maxLength: 2 }),
      birthDate: date.filter((each) => each.length <= 10),
      deceasedDateTime: date,
      gender: fc.constantFrom('female', 'male', 'other'),
      telecom: fc.array(telecom, { maxLength: 2 }),
      address: fc.array(address, { maxLength: 2 }),
      communication: fc.array(
        concept.map((language) => ({ language, preferred: true })),
        { maxLength: 2 },
      ),
      contact: fc.array(sparse({ name, relationship: concepts, telecom: fc.array(telecom) }), {
        maxLength: 2,
      }),
      relationship: concepts,
      photo: fc.array(sparse({ contentType: text, data: text }), { maxLength: 1 }),
    });
    const sizes = fc.array(
      fc
        .tuple(observation, fc.constantFrom('29463-7', '8302-2', '39156-5', '9843-4'))
        .map(([each, code]) => ({
          ...each,
          code: { coding: [{ code }] },
        })),
      { maxLength: 5 },
    );
    check(fc.tuple(person, person, sizes), ([patient, reader, measured]) => {
      const whose = whoseOf(patient as never, reader as never, false);
      expectWords(whose.name, whose.reader.firstName, whose.reader.relation);
      expectWords(
        ...Object.values(contactOf(patient as never)),
        ...Object.values(emergencyContactOf(patient as never)),
      );
      preferencesOf(patient as never);
      const age = ageOf(patient as never);
      if (age) expect(Number.isInteger(age.count) && age.count >= 0).toBe(true);
      const child = childOf(patient as never);
      const points = child ? Object.values(growthOf(child, measured as never)).flat() : [];
      for (const { months, value, age: at, percentile } of points) {
        expect([months, value].every(Number.isFinite)).toBe(true);
        expectWords(ageText(at), percentileText(percentile));
      }
    });
  });

  it('everything else of the record', () => {
    const anything = sparse({
      id,
      code: concept,
      vaccineCode: concept,
      description: concept,
      name: text,
      category: concepts,
      type: concepts,
      status: text,
      onsetDateTime: date,
      onsetPeriod: period,
      onsetAge: quantity,
      onsetRange: sparse({ low: quantity, high: quantity }),
      onsetString: text,
      abatementDateTime: date,
      abatementAge: quantity,
      occurrenceString: text,
      performedString: text,
      performedAge: quantity,
      recordedDate: date,
      occurrenceDateTime: date,
      performedDateTime: date,
      performedPeriod: period,
      period,
      startDate: date,
      date,
      clinicalStatus: concept,
      lifecycleStatus: text,
      criticality: text,
      note,
      author: references,
      recorder: reference,
      reasonCode: concepts,
      reaction: fc.array(
        fc.tuple(fc.array(concept, { maxLength: 2 }), some(text)).map(([manifestation, severity]) => ({
          manifestation,
          ...(severity === undefined ? {} : { severity }),
        })),
        { maxLength: 2 },
      ),
      target: fc.array(sparse({ dueDate: date }), { maxLength: 1 }),
    });
    check(fc.tuple(fc.constantFrom(...Object.keys(KINDS)), anything), ([resourceType, rest]) => {
      const { type, description, ...others } = rest as Record<string, unknown>;
      const own = resourceType === 'Encounter' ? { type } : resourceType === 'Goal' ? { description } : {};
      const {
        name,
        date: day,
        note: words,
        facts,
      } = lineOf({ resourceType, ...others, ...own } as unknown as Entry);
      expectWords(
        name,
        words,
        formatDate(day),
        formatMonth(day ?? '2026'),
        ...facts.map(([, value]) => value),
      );
    });
  });
});
