/** Texts that are written often, with fields that fill themselves. In the patient's language: they are for the patient, not for who sends them. */
import type { Patient } from '@medplum/fhirtypes';
import { firstName, officialName } from '../../format/words.ts';
import type { Language } from '../../i18n/wished.ts';

export type About =
  | 'message'
  | 'refill-no'
  | 'visit-no'
  | 'result'
  | 'correction-no'
  | 'letter-no'
  | 'insurance-no';

interface QuickText {
  readonly name: string;
  readonly text: string;
}

const ENGLISH: Readonly<Record<About, readonly QuickText[]>> = {
  message: [
    {
      name: 'Looked at',
      text: 'Dear {first},\n\nThank you for your message. I have looked at your record: \n\n{me}',
    },
    {
      name: 'Come and see us',
      text: 'Dear {first},\n\nI would like to see you about this. Please book a visit in the portal, or call us.\n\n{me}',
    },
    {
      name: 'Urgent: call',
      text: 'Dear {first},\n\nPlease call us today about this. If it gets worse, call 911.\n\n{me}',
    },
    {
      name: 'Passed on',
      text: 'Dear {first},\n\nI have passed your question on. You will hear from us within two working days.\n\n{me}',
    },
  ],
  'refill-no': [
    { name: 'Visit first', text: 'Please see us before the next refill: book a visit in the portal.' },
    {
      name: 'Too early',
      text: 'Your last supply should last longer. Please ask again when you have a week left.',
    },
    { name: 'Laboratory first', text: 'We need a blood test before we renew this medicine.' },
    { name: 'Other prescriber', text: 'This medicine is prescribed by another practice. Please ask there.' },
  ],
  'visit-no': [
    { name: 'No time free', text: 'We have no time free then. Please ask for other days, or call us.' },
    { name: 'No visit needed', text: 'You do not need a visit for this; we have answered you by message.' },
    { name: 'Elsewhere', text: 'Please go to urgent care with this, or call us today.' },
  ],
  result: [
    { name: 'All right', text: 'Your results are as they should be. Nothing needs to change.' },
    {
      name: 'A little out of range',
      text: 'One value is a little out of the usual range. It is nothing to worry about; we look at it again at your next visit.',
    },
    {
      name: 'Let us talk',
      text: 'I would like to talk with you about this result. Please book a visit, or call us.',
    },
  ],
  'correction-no': [
    {
      name: 'Show a document',
      text: 'Please show us an identity card or passport at your next visit; then we change it.',
    },
  ],
  'letter-no': [
    {
      name: 'See you first',
      text: 'We can write this once we have seen you. Please book a visit in the portal, or call us.',
    },
    { name: 'Not ours', text: 'This has to be written by another office. Please call us: we say by whom.' },
  ],
  'insurance-no': [
    { name: 'Not readable', text: 'We could not read the card. Please take the picture again.' },
    { name: 'Not found', text: 'The insurer does not know this member number. Please check it, or call us.' },
  ],
};

const SPANISH: Readonly<Record<About, readonly QuickText[]>> = {
  message: [
    {
      name: 'Revisado',
      text: 'Estimado/a {first}:\n\nGracias por su mensaje. He revisado su expediente: \n\n{me}',
    },
    {
      name: 'Venga a vernos',
      text: 'Estimado/a {first}:\n\nQuisiera verle por esto. Reserve una cita en el portal o llámenos.\n\n{me}',
    },
    {
      name: 'Urgente: llame',
      text: 'Estimado/a {first}:\n\nLlámenos hoy por esto. Si empeora, llame al 911.\n\n{me}',
    },
    {
      name: 'Transmitido',
      text: 'Estimado/a {first}:\n\nHe transmitido su pregunta. Le responderemos en dos días hábiles.\n\n{me}',
    },
  ],
  'refill-no': [
    {
      name: 'Primero una cita',
      text: 'Venga a vernos antes de la próxima renovación: reserve una cita en el portal.',
    },
    {
      name: 'Demasiado pronto',
      text: 'Su última entrega debería durar más. Pida otra vez cuando le quede una semana.',
    },
    {
      name: 'Primero el laboratorio',
      text: 'Necesitamos un análisis de sangre antes de renovar este medicamento.',
    },
    { name: 'Otro médico', text: 'Este medicamento lo receta otro consultorio. Pídalo allí.' },
  ],
  'visit-no': [
    { name: 'Sin horas libres', text: 'No tenemos horas libres entonces. Pida otros días o llámenos.' },
    { name: 'No hace falta cita', text: 'No necesita una cita para esto; le hemos respondido por mensaje.' },
    { name: 'En otro lugar', text: 'Vaya con esto a urgencias o llámenos hoy.' },
  ],
  result: [
    { name: 'Todo bien', text: 'Sus resultados están bien. No hay que cambiar nada.' },
    {
      name: 'Un poco fuera',
      text: 'Un valor está un poco fuera de lo habitual. No es preocupante; lo veremos en su próxima cita.',
    },
    { name: 'Hablemos', text: 'Quisiera hablar con usted de este resultado. Reserve una cita o llámenos.' },
  ],
  'correction-no': [
    {
      name: 'Muestre un documento',
      text: 'Muéstrenos un documento de identidad en su próxima cita; entonces lo cambiamos.',
    },
  ],
  'letter-no': [
    {
      name: 'Primero una cita',
      text: 'Podemos escribirla cuando le hayamos visto. Reserve una cita en el portal o llámenos.',
    },
    { name: 'No es nuestra', text: 'Esto lo tiene que escribir otra oficina. Llámenos: le decimos cuál.' },
  ],
  'insurance-no': [
    { name: 'No se lee', text: 'No pudimos leer la tarjeta. Tome la foto otra vez.' },
    {
      name: 'No se encuentra',
      text: 'La aseguradora no conoce este número de miembro. Revíselo o llámenos.',
    },
  ],
};

/** Whether the patient prefers Spanish. */
export const speaksSpanish = ({ communication = [] }: Patient): boolean =>
  (communication.find(({ preferred }) => preferred) ?? communication[0])?.language?.coding?.some(({ code }) =>
    code?.startsWith('es'),
  ) ?? false;

/** In the patient's language, under names in the reader's. */
export function quickTexts(about: About, patient: Patient, reader: Language): readonly QuickText[] {
  const names = (reader === 'es' ? SPANISH : ENGLISH)[about];
  const texts = (speaksSpanish(patient) ? SPANISH : ENGLISH)[about];
  return texts.map(({ name, text }, i) => ({ name: names[i]?.name ?? name, text }));
}

/** `{first}`, `{me}` filled. */
export function filled(text: string, patient: Patient, me: string): string {
  const first = firstName(officialName(patient));
  return text.replaceAll('{first}', first).replaceAll('{me}', me);
}
