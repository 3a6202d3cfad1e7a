/**
 * P1, for every form of the portal, also the next one: it is sent through the one door, which lets no second press through while the first is under way
 * (e2e/once, e2e/each-form try the door), and what is typed into it is a draft, there again after a reload and the way back.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '..');
const PAGES = ['portal', 'views'].flatMap((folder) =>
  readdirSync(join(SOURCE, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tsx'))
    .map((name) => ({
      name: relative(SOURCE, join(SOURCE, folder, name)),
      text: readFileSync(join(SOURCE, folder, name), 'utf8'),
    })),
);

const naming = (pattern: RegExp): string[] =>
  PAGES.filter(({ text }) => pattern.test(text)).map(({ name }) => name.split('/').at(-1) ?? '');

/**
 * Where a browser goes through all that happens to people (pressed twice, its answer lost, another tab, the way back, a reload): a place of e2e for each time that a page goes through
 * the door. A form that is new needs one.
 */
const WALKED: Readonly<Record<string, readonly string[]>> = {
  'Activities.tsx': ['a day of a plan is ticked off'],
  'AddReading.tsx': ["button: 'Add to my record'"],
  'Ask.tsx': ["button: 'Send the request'"],
  // One’s own and another’s, by the same operation.
  'CalendarFeed.tsx': [
    'a calendar address is made',
    'a calendar address is ended',
    'a calendar address is ended',
  ],
  'CancelVisit.tsx': ['a booked visit is cancelled'],
  'CheckInPage.tsx': ['a check-in is signed'],
  'Confirm.tsx': ['a visit is moved'],
  'ContactForm.tsx': ['contact details that are there already are saved'],
  'Correction.tsx': ["button: 'Ask the clinic to change it'"],
  'EmergencyCard.tsx': ['the emergency contact is changed'],
  'HandIn.tsx': ["getByLabel('The form')"],
  'ImportPreview.tsx': ['Take over into the record'],
  'InsuranceCard.tsx': ['insurance that was handed in is taken back', "getByLabel('Member number')"],
  'LettersPage.tsx': ['a letter that was asked for is taken back'],
  'MessagesPage.tsx': ['a message is answered'],
  'NewMessagePage.tsx': ["button: 'Send'"],
  'NewVisitPage.tsx': ["button: 'Ask for the visit'"],
  'NoticesCard.tsx': ['how one is told of news is chosen', 'Send me a test notice'],
  'OwnMedicines.tsx': ['a medicine of one’s own is stopped', "button: 'Add to my list'"],
  'PharmacyCard.tsx': ['the pharmacy is chosen'],
  'PreventionPage.tsx': ["button: 'Tell the clinic'"],
  'ProposedTimes.tsx': [
    'a time that the clinic proposed is taken',
    'none of the times that the clinic proposed suits',
  ],
  'PushCard.tsx': ['Tell me on this device', 'Turn off'],
  'PushOffer.tsx': ['Tell me on this device'],
  'QuestionnairePage.tsx': ["button: 'Send my answers'"],
  'ReadingList.tsx': ['a reading is taken back'],
  'Refill.tsx': ['refills of two medicines are asked for', 'a refill request is cancelled'],
  'SharedPage.tsx': ["name: 'Open it' }).dblclick()"],
  'SharePage.tsx': ['a link is made once', 'a link is ended'],
  'VisitActions.tsx': ['it is said that they have arrived'],
  'WaitingList.tsx': [
    'the waiting list is asked for an earlier time',
    'a place on the waiting list is given up',
    'a time that is offered is taken',
    'a time that is offered is declined',
  ],
};
/** They read, and store nothing. */
const READING = ['ExportQuestions.tsx', 'HealthCardPage.tsx', 'ImportQuestions.tsx', 'RecordsPage.tsx'];
const DOOR = /\buse(?:Send|Action|Toggle|PatientChange)[<(]/g;

/** Nothing is typed into them, but chosen: what is chosen is the first that is offered. */
const CHOSEN = ['CalendarFeed.tsx', 'HealthCardPage.tsx', 'WaitingList.tsx'];
/** They read a file again, of which a browser keeps no hold. */
const FILES = ['ImportQuestions.tsx', 'ExportQuestions.tsx'];
/** Of who was sent a link: nothing of theirs is kept in this browser. */
const STRANGERS = ['SharedPage.tsx'];

it('what is sent goes through the one door', () => {
  expect(naming(/useMutation/)).toEqual([]);
  const senders = naming(/\bfhir\.(create|update|transact)\(|createOnce\(/);
  expect(senders.length).toBeGreaterThan(2);
  expect(senders.filter((each) => !naming(/\buse(Send|Action|Toggle)[<(]/).includes(each))).toEqual([]);
});

it('what is new carries an identity: no page makes a resource without one', () => {
  expect(naming(/\bfhir\.create\(/)).toEqual([]);
});

it('each form is walked by a browser through all that happens to people, and so is the next one', () => {
  const folder = join(SOURCE, '..', '..', 'e2e');
  const walks = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join();
  const doors = PAGES.map(({ name, text }) => [name.split('/').at(-1) ?? '', text.match(DOOR)?.length ?? 0])
    .filter(([name, count]) => count !== 0 && !READING.includes(String(name)))
    .toSorted();
  expect(doors).toEqual(
    Object.entries(WALKED)
      .map(([name, places]) => [name, places.length])
      .toSorted(),
  );
  const missing = Object.values(WALKED)
    .flat()
    .filter((place) => !walks.includes(place));
  expect(missing).toEqual([]);
});

it('what is typed is a draft', () => {
  const forms = naming(/<SendForm/);
  expect(forms.length).toBeGreaterThan(20);
  const kept = naming(/\buse(Draft|Changes|FileDraft)[<(]/);
  expect(forms.filter((each) => !kept.includes(each)).toSorted()).toEqual(
    [...CHOSEN, ...FILES, ...STRANGERS].toSorted(),
  );
});
