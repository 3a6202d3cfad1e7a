/** Who is spoken to: texts that speak to the patient, and what they say where somebody else looks at the record: a mother does not read that it is hers. */
import { type Instead, sayInstead } from './voiced.ts';

const OF_ANOTHER: Instead = {
  'Add to my list': 'Add to the list',
  'Add to my record': 'Add to the record',
  'Are your phone, e-mail and address still right?': 'Are phone, e-mail and address still right?',
  'At your goal': 'At the goal',
  'Change my contact details': 'Change the contact details',
  'Change my pharmacy': 'Change the pharmacy',
  'Download my record': 'Download the record',
  'How you have been lately, and before a visit': 'How things have been lately, and before a visit',
  'I also take': 'Taken besides',
  'I stopped taking this': 'No longer taken',
  'I take this again': 'Taken again',
  'My whole care team': 'The whole care team',
  'Nothing in your record has these words.': 'Nothing in this record has these words.',
  'Search my whole record': 'Search the whole record',
  'Send my answers': 'Send the answers',
  'Share my summary': 'Share the summary',
  'Take as your care team told you.': 'To be taken as the care team said.',
  'The last day that suits you is before the first.': 'The last day that suits is before the first.',
  'This is not in your record, or no longer.': 'This is not in this record, or no longer.',
  'Usual for you:': 'Usual for this person:',
  'What I take besides': 'Taken besides',
  'What do you take?': 'What is taken?',
  'What you take now, and before': 'What is taken now, and was before',
  'Who looked at my record': 'Who looked at this record',
  'You have arrived': 'Arrived',
  'Your answers are in your record, where your care team sees them.':
    'The answers are in the record, where the care team sees them.',
  'Your index is {index}: {words}.': 'The index is {index}: {words}.',
  'Your medicines over the day, to print': 'The medicines over the day, to print',
  'Your risk of heart disease, as an age': 'The risk of heart disease, as an age',
  'Your score is {score}.': 'The score is {score}.',
  'Your score is {score}: by the makers’ scale, {band}.':
    'The score is {score}: by the makers’ scale, {band}.',
  'usual for you': 'usual for this person',
  '{value} is in your record.': '{value} is in the record.',
  'Blood pressure, blood sugar, weight and more; your care team sees them too':
    'Blood pressure, blood sugar, weight and more; the care team sees them too',
};

let isOfAnother = false;

/** Before the pages of a record are drawn. */
export function speakOfAnother(another: boolean): void {
  isOfAnother = another;
  sayInstead(another ? OF_ANOTHER : {});
}

export const speaksOfAnother = (): boolean => isOfAnother;
