/**
 * Texts in the reader's language. The key of a text is its English; what has no Spanish does not compile. Placeholders are `{name}`.
 * A library was weighed: i18next with its React part is 22 kB gzipped of a first load of at most 150, for what these lines do.
 */
import { createElement, Fragment, type ReactNode } from 'react';
import type { Spanish } from './es/index.ts';
import { currentDictionary } from './language.ts';
import { voiced } from './voiced.ts';

export type Text = keyof Spanish;

const PLACEHOLDER = /\{(\w+)\}/;

function template(said: Text): string {
  const text = voiced(said);
  const texts = currentDictionary();
  return (Object.hasOwn(texts, text) ? texts[text] : undefined) ?? text;
}

/** The text, with its placeholders filled. A sentence that ends with "p.m." has its full stop. */
export function t(text: Text, values: Readonly<Record<string, string | number>> = {}): string {
  return template(text).replaceAll(/\{(\w+)\}(\.?)/g, (_, name: string, stop: string) => {
    const value = String(values[name] ?? '');
    return value.endsWith('.') ? value : value + stop;
  });
}

/** English and Spanish have two forms; `{count}` is filled. */
export function plural(count: number, one: Text, many: Text): string {
  return t(count === 1 ? one : many, { count });
}

/** As `t`, where a placeholder stands for an element: a link in the middle of a sentence. */
export function fill(text: Text, values: Readonly<Record<string, ReactNode>>): ReactNode {
  const pieces = template(text).split(PLACEHOLDER);
  const filled = pieces.map((piece, i): ReactNode => {
    if (i % 2 === 1) return values[piece];
    const before = values[pieces[i - 1] ?? ''];
    return typeof before === 'string' && before.endsWith('.') ? piece.replace(/^\./, '') : piece;
  });
  return createElement(Fragment, null, ...filled);
}
