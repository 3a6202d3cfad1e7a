/** Texts that go to many again and again, in both languages. Fields are filled for each patient by the server: {first}, {name}, {clinic}, {me}. */
import { type Text, t } from '../../i18n/text.ts';
import type { Written } from './broadcast.ts';

interface Ready extends Pick<Written, 'topic' | 'text' | 'spanishTopic' | 'spanishText'> {
  readonly name: Text;
}

export const READY: readonly Ready[] = [
  {
    name: 'Flu shots',
    topic: 'Time for your flu shot',
    text: 'Dear {first},\n\nOur flu shots are here. Please book a visit in the portal, or come without one at any time we are open. If you have had yours elsewhere, please tell us in an answer to this message.\n\n{clinic}',
    spanishTopic: 'Es hora de su vacuna contra la gripe',
    spanishText:
      'Estimado/a {first}:\n\nYa tenemos las vacunas contra la gripe. Reserve una cita en el portal o venga sin cita cuando estemos abiertos. Si ya se la pusieron en otro lugar, díganoslo en una respuesta a este mensaje.\n\n{clinic}',
  },
  {
    name: 'Before a visit',
    topic: 'Before your visit',
    text: 'Dear {first},\n\nPlease check in ahead of your visit in the portal: it takes three minutes, and you wait less. Please bring your insurance card and all medicines that you take.\n\n{clinic}',
    spanishTopic: 'Antes de su cita',
    spanishText:
      'Estimado/a {first}:\n\nPor favor, regístrese en el portal antes de su cita: tarda tres minutos y esperará menos. Traiga su tarjeta del seguro y todos los medicamentos que toma.\n\n{clinic}',
  },
  {
    name: 'We are closed',
    topic: 'We are closed for a day',
    text: 'Dear {first},\n\nwe are closed on … . If you need help that day, please call us: the recording says who is there for you. In an emergency call 911.\n\n{clinic}',
    spanishTopic: 'Cerramos un día',
    spanishText:
      'Estimado/a {first}:\n\nEl día … estaremos cerrados. Si necesita ayuda ese día, llámenos: la grabación dice quién le atiende. En una emergencia llame al 911.\n\n{clinic}',
  },
];

/** A ready text leaves `…` where only the writer knows what to say. */
export const hasGap = ({ topic, text, spanishTopic, spanishText }: Written): boolean =>
  [topic, text, spanishTopic, spanishText].some((each) => /(^|\s)…(\s|$)/.test(each));

export const FIELDS = ['{first}', '{name}', '{clinic}', '{me}'] as const;

const KNOWN: readonly string[] = FIELDS;

/** By the ids of what it stands in: a field that the server would refuse, as nobody fills it in. Of a questionnaire there is no text. */
export function unknownFields({
  kind,
  topic,
  text,
  spanishTopic,
  spanishText,
}: Written): Readonly<Record<string, string>> {
  const texts = {
    'what-topic': topic,
    'what-text': text,
    'what-spanish-topic': spanishTopic,
    'what-spanish-text': spanishText,
  };
  return Object.fromEntries(
    Object.entries(texts).flatMap(([id, each]) => {
      const isSent = kind === 'message' || id.endsWith('topic');
      const unknown = isSent ? each.match(/\{[^{}]*\}/g)?.find((field) => !KNOWN.includes(field)) : undefined;
      const words = { field: unknown ?? '', fields: FIELDS.join(' ') };
      return unknown === undefined ? [] : [[id, t('There is no field {field}. There are: {fields}', words)]];
    }),
  );
}

/** As the first of them will read it. */
export function asRead(text: string, patient: string, clinic: string, me: string): string {
  const first = patient.split(' ')[0] ?? patient;
  const fields = { first, name: patient, clinic, me };
  return text.replaceAll(/\{(first|name|clinic|me)\}/g, (_, name: keyof typeof fields) => fields[name]);
}

const WHY: Readonly<Record<string, Text>> = {
  deceased: 'who have died: {count}',
  inactive: 'who are no patients any more: {count}',
  'out-of-reach': 'out of your reach: {count}',
  unknown: 'whom the group names without a record here: {count}',
};

/** "who have died: 1, out of your reach: 3" */
export const leftOutText = (leftOut: readonly { readonly why: string; readonly count: number }[]): string =>
  leftOut.map(({ why, count }) => t(WHY[why] ?? 'for another reason: {count}', { count })).join(', ');
