/** What is drawn, with the names of those whom it refers to by reference alone: at once without them, and with them when they are there. */
import type { Reference, Resource } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { referenceName } from '../format/named.ts';
import { useSignedIn } from '../smart/SessionProvider.tsx';
import { namesQuery, unnamedIn, withNames } from './names.ts';

export function useNamed<T>(value: T): T {
  const { fhir } = useSignedIn();
  const names = useQuery(namesQuery(fhir, unnamedIn(value))).data;
  return names ? withNames(value, names) : value;
}

/** Each of a list, named in one request: what is written back is the entry itself. */
export function useAllNamed<T>(list: readonly T[]): (entry: T) => T {
  const named = useNamed(list);
  return (entry) => named[list.indexOf(entry)] ?? entry;
}

/** `holder`: the resource that has the reference; whoever is meant may be contained in it. */
export function useNameOf(
  reference: Reference | undefined,
  holder: { readonly contained?: readonly Resource[] },
): string | undefined {
  return referenceName(useNamed(reference), holder);
}
