/** An address as words. */
import type { Address } from '@medplum/fhirtypes';

/** As on one line; '' without any. */
export const addressText = ({ text, line = [], city, state, postalCode }: Address): string =>
  text ?? [...line, city, state, postalCode].filter(Boolean).join(', ');
