/** Tells whoever typed over something that it is other by now, at its field, before their words take its place. Their words stay. */
import { Explained } from '../format/explained.ts';
import { FieldProblem } from '../format/field-problem.ts';
import { t } from '../i18n/text.ts';
import { type Changes, changedMeanwhile } from './changes.ts';

/** The id of the field of each; and what is on record now in words, where that is not the value itself. */
export type FieldsOf<T> = Readonly<Partial<Record<keyof T, string | readonly [id: string, now: string]>>>;

/** `seen`: from now on it is known. Throws FieldProblem, or Explained for what has no field. */
export function tellMeanwhile<T extends object>(
  changes: Changes<T>,
  onRecord: T,
  fields: FieldsOf<T>,
  seen: () => void,
): void {
  const meanwhile = changedMeanwhile(changes, onRecord);
  if (meanwhile.length === 0) return;
  seen();
  const problems: Record<string, string> = {};
  for (const key of meanwhile) {
    const field = fields[key];
    const [id, now] = typeof field === 'object' ? field : [field];
    const value = onRecord[key];
    const words = wordsFor(now ?? (typeof value === 'string' ? value : ''));
    if (id === undefined) throw new Explained(words);
    problems[id] = words;
  }
  throw new FieldProblem(problems);
}

const wordsFor = (value: string): string =>
  value === ''
    ? t('This was changed meanwhile. Look at it; sent again, yours takes its place.')
    : t('This was changed meanwhile, to “{value}”. Sent again, yours takes its place.', { value });
