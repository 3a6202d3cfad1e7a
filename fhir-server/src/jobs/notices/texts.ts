/** The texts, in English and Spanish: that there is something, and where to read it. Never what it is. */
import { hoursLine } from '@wellspring/serving/opening-hours';
import type { Clinic } from './clinic.ts';
import type { NoticeKind } from './notice.ts';

export type Language = 'en' | 'es';

const WORDS: Readonly<
  Record<Language, Readonly<Record<NoticeKind, string>> & { readonly open: string; readonly stop: string }>
> = {
  en: {
    message: 'There is a new message for you.',
    result: 'There is something new in your record.',
    visit: 'Something about your visits has changed.',
    refill: 'There is an answer to a request of yours.',
    reminder: 'You have a visit coming up.',
    offer: 'A time is kept for you, for a short while. Please say whether you take it.',
    form: 'There is something for you to fill in.',
    contact: 'Your contact details were changed. If this was not you, call the clinic.',
    age: 'Who may see what of a record changes with age. What changes, and when, is in the portal.',
    test: 'This is the test notice that you asked for.',
    open: 'Read it in the portal:',
    stop: 'This message was sent by a machine; answers are not read.',
  },
  es: {
    message: 'Tiene un mensaje nuevo.',
    result: 'Hay algo nuevo en su expediente.',
    visit: 'Ha cambiado algo en sus citas.',
    refill: 'Hay una respuesta a una solicitud suya.',
    reminder: 'Tiene una cita próxima.',
    offer: 'Hay una hora reservada para usted por poco tiempo. Diga por favor si la toma.',
    form: 'Hay algo para que usted lo rellene.',
    contact: 'Sus datos de contacto han cambiado. Si no fue usted, llame a la clínica.',
    age: 'Quién puede ver qué en un expediente cambia con la edad. Qué cambia y cuándo está en el portal.',
    test: 'Este es el aviso de prueba que pidió.',
    open: 'Léalo en el portal:',
    stop: 'Este mensaje fue enviado por una máquina; no se leen las respuestas.',
  },
};

export interface Said {
  readonly kind: NoticeKind;
  readonly language: Language;
  readonly portal: string;
  /** Whom to call. */
  readonly clinic?: Clinic | undefined;
}

export function emailText({ kind, language, portal, clinic }: Said): { subject: string; text: string } {
  const words = WORDS[language];
  const lines = clinic && [
    [clinic.name, clinic.phone].filter(Boolean).join(': '),
    clinic.address,
    hoursLine(clinic.hours, language),
  ];
  const end = lines ? `\n\n${lines.filter(Boolean).join('\n')}` : '';
  return { subject: words[kind], text: `${words[kind]}\n\n${words.open}\n${portal}\n\n${words.stop}${end}` };
}

/** The number only where somebody is asked to call: a text message is short. */
export function smsText({ kind, language, portal, clinic }: Said): string {
  const words = WORDS[language];
  const call = kind === 'contact' && clinic?.phone ? ` ${clinic.phone}.` : '';
  return `${words[kind]}${call} ${words.open} ${portal}`;
}
