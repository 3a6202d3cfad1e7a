/** What a text says instead, where the reader is not whom it speaks to; an app that speaks so says what (voice.ts). */
import type { Spanish } from './es/index.ts';

type Text = keyof Spanish;

export type Instead = Partial<Record<Text, Text>>;

let instead: Instead = {};

export function sayInstead(texts: Instead): void {
  instead = texts;
}

export const voiced = (text: Text): Text => instead[text] ?? text;
