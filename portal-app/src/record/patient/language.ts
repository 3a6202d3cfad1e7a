import type { Patient } from '@medplum/fhirtypes';
import type { Language } from '../../i18n/wished.ts';

/** The language they prefer, as far as we speak it; undefined where none is on record. */
export function languageOf({ communication = [] }: Patient): Language | undefined {
  const preferred = communication.find((each) => each.preferred) ?? communication[0];
  const code = preferred?.language.coding?.[0]?.code;
  if (code === undefined) return undefined;
  return code.startsWith('es') ? 'es' : 'en';
}
