/** The flag of a result whose laboratory says more than the first page has words for: few do, so they come with the first that does. */
import type { Observation } from '@medplum/fhirtypes';
import { flagOf } from '../format/flag-of.ts';
import { FlagPill } from '../ui/parts.tsx';

export const ResultFlag = ({ result }: { readonly result: Observation }) => (
  <FlagPill flag={flagOf(result)} />
);
