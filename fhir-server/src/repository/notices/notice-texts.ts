/** The texts, in English and Spanish: that there is something, and where to read it. Never what it is. */
import { hoursLine } from '@wellspring/serving/opening-hours';
import type { Clinic } from './clinic-contact.ts';
import { filled, type Language, type NoticeKind, textKey } from './own-notice-texts.ts';

export type { Language, NoticeKind };

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

/** As it is said where a clinic has no words of its own. */
export const standardText = (kind: NoticeKind, language: Language): string => WORDS[language][kind];

/** The clinic's own words, where they can be used. */
function ownText({ kind, language, clinic }: Said): string | undefined {
  const text = clinic?.texts.get(textKey(kind, language));
  return text === undefined || !clinic ? undefined : filled(text, clinic);
}

export function emailText(said: Said): { subject: string; text: string } {
  const { kind, language, portal, clinic } = said;
  const words = WORDS[language];
  const first = ownText(said) ?? words[kind];
  const lines = clinic && [
    [clinic.name, clinic.phone].filter(Boolean).join(': '),
    clinic.address,
    hoursLine(clinic.hours, language),
  ];
  const end = lines ? `\n\n${lines.filter(Boolean).join('\n')}` : '';
  return { subject: first, text: `${first}\n\n${words.open}\n${portal}\n\n${words.stop}${end}` };
}

/** The number only where somebody is asked to call: a text message is short. */
export function smsText(said: Said): string {
  const { kind, language, portal, clinic } = said;
  const words = WORDS[language];
  const own = ownText(said);
  const call = kind === 'contact' && own === undefined && clinic?.phone ? ` ${clinic.phone}.` : '';
  return `${own ?? words[kind]}${call} ${words.open} ${portal}`;
}
