/**
 * Among what is present: whoever the resource is about is no Patient. `patient` is `subject.where(resolve() is Patient)`, and asked of the entries of `subject` (aliases.ts), which
 * do not tell what a URL elsewhere or an identifier leads to. Almost all subjects are Patients: the others are marked.
 */
import { isPatient, type TypedValue } from '@wellspring/profiles';
import type { EntryLists } from './index-entry.ts';

export const OTHER_SUBJECT = 'subject~other';

/** `root`: what the subject may be contained in; `name`: OTHER_SUBJECT, or what it is called of what is contained. */
export function addOtherSubject(
  { present }: EntryLists,
  values: readonly TypedValue[],
  root: object,
  name = OTHER_SUBJECT,
): void {
  if (values.every(({ value }) => isPatient(value, root)) || present.includes(name)) return;
  present.push(name);
}
