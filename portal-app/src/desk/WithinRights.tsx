/** All that is drawn below asks for nothing that the role of whoever is signed in is refused; and is drawn anew when the role is another. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { createLive } from '../smart/live.ts';
import { RIGHTS_HOLD_MS, type Rights, rightsQuery, withinRights } from '../smart/rights.ts';
import { SignedInContext, useSignedIn } from '../smart/SessionProvider.tsx';

export function WithinRights({ children }: { readonly children: ReactNode }) {
  const signedIn = useSignedIn();
  const queries = useQueryClient();
  const within = useMemo(() => {
    const fhir = withinRights(signedIn.fhir, queries);
    return { ...signedIn, fhir, live: createLive(fhir, signedIn.config.fhirBaseUrl) };
  }, [signedIn, queries]);
  useChangedRights();
  return <SignedInContext value={within}>{children}</SignedInContext>;
}

/** What was read by rights that one has no more is forgotten, and what was refused is asked for: whoever is given another role works on in it. */
function useChangedRights(): void {
  const { fhir } = useSignedIn();
  const queries = useQueryClient();
  const { data } = useQuery({ ...rightsQuery(fhir), refetchInterval: RIGHTS_HOLD_MS });
  const before = useRef<Rights | null>(undefined);
  useEffect(() => {
    const isChanged = data !== undefined && before.current !== undefined && before.current !== data;
    before.current = data;
    if (!isChanged) return;
    const [, , rights] = rightsQuery(fhir).queryKey;
    void queries.resetQueries({ predicate: ({ queryKey }) => !queryKey.includes(rights) });
  }, [data, fhir, queries]);
}
