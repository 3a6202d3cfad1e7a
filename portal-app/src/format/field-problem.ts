/** What is wrong with fields of a form, by their ids: said at each of them, and the first has the focus. */
import { type Text, t } from '../i18n/text.ts';
import { Explained } from './explained.ts';

export class FieldProblem extends Explained {
  readonly fields: Readonly<Record<string, string>>;
  constructor(fields: Readonly<Record<string, string>>) {
    super(Object.values(fields)[0] ?? '');
    this.name = 'FieldProblem';
    this.fields = fields;
  }
}

/** Ends a save whose field is wrong. */
export function requireRight(field: string, problem: Text | false | undefined): void {
  if (problem) throw new FieldProblem({ [field]: t(problem) });
}
