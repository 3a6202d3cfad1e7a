/**
 * Texts of the pages in the reader's language, by their English, as the portal has them (portal-app/src/i18n): what has no Spanish does not compile. The
 * language is that of the request, which pages need not hand on to each other.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClinicContact } from '../fhir/clinic.ts';
import { type Html, html } from '../views/html.ts';
import type { Spanish } from './spanish.ts';
import { spanish } from './spanish.ts';

export type Language = 'en' | 'es';
export type Text = keyof Spanish;

interface Reader {
  readonly language: Language;
  /** Where the page can be asked for in the other language. */
  readonly path: string;
  /** How the clinic is reached. */
  readonly clinic?: () => ClinicContact;
}

const readers = new AsyncLocalStorage<Reader>();

export const readAs = <T>(reader: Reader, work: () => T): T => readers.run(reader, work);
export const language = (): Language => readers.getStore()?.language ?? 'en';
export const clinicContact = () => readers.getStore()?.clinic?.();
export const readerPath = (): string => readers.getStore()?.path ?? '/';

const template = (text: Text): string => (language() === 'es' ? spanish[text] : text);

/** The text, with its placeholders filled. */
export function t(text: Text, values: Readonly<Record<string, string | number>> = {}): string {
  return template(text).replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** As `t`, where a placeholder stands for markup: a link in the middle of a sentence. */
export function fill(text: Text, values: Readonly<Record<string, Html | string | undefined>>): Html {
  const pieces = template(text).split(/\{(\w+)\}/);
  return html`${pieces.map((piece, i) => html`${i % 2 === 1 ? values[piece] : piece}`)}`;
}
