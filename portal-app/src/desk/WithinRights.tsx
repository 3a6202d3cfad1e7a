/** All that is drawn below asks for nothing that the role of whoever is signed in is refused. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { withinRights } from '../smart/rights.ts';
import { SignedInContext, useSignedIn } from '../smart/SessionProvider.tsx';

export function WithinRights({ children }: { readonly children: ReactNode }) {
  const signedIn = useSignedIn();
  const queries = useQueryClient();
  const within = useMemo(
    () => ({ ...signedIn, fhir: withinRights(signedIn.fhir, queries) }),
    [signedIn, queries],
  );
  return <SignedInContext value={within}>{children}</SignedInContext>;
}
