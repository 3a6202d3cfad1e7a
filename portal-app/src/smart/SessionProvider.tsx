/** Keeps the session for the whole app: launches, finishes, warns when idle, ends. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { Welcome } from '../areas/welcome/Welcome.tsx';
import type { PortalConfig } from './config.ts';
import { createFhir, type Fhir } from './fhir.ts';
import { finishSignIn, type Session, startSignIn, wasSignedIn } from './session.ts';

export interface Portal {
  readonly config: PortalConfig;
  readonly session: Session;
  readonly fhir: Fhir;
}

const PortalContext = createContext<Portal | undefined>(undefined);

export function usePortal(): Portal {
  const portal = useContext(PortalContext);
  if (!portal) throw new Error('usePortal outside of a session');
  return portal;
}

type State =
  | { readonly kind: 'working' }
  | { readonly kind: 'out'; readonly fault?: string }
  | { readonly kind: 'in'; readonly session: Session };

// React may run an effect twice in development; a code can be redeemed once.
let finishing: ReturnType<typeof finishSignIn> | undefined;

export function SessionProvider({
  config,
  children,
}: {
  readonly config: PortalConfig;
  readonly children: ReactNode;
}) {
  const [state, setState] = useState<State>({ kind: 'working' });
  useEffect(() => {
    if (location.pathname === '/callback') {
      finishing ??= finishSignIn(config);
      finishing.then(
        ({ session, returnTo }) => {
          history.replaceState(null, '', returnTo);
          setState({ kind: 'in', session });
        },
        () => {
          history.replaceState(null, '', '/');
          setState({
            kind: 'out',
            fault: 'The sign-in was not finished. Nothing was shared; you can try again.',
          });
        },
      );
    } else if (wasSignedIn()) {
      startSignIn(config, location.pathname).catch(() => setState({ kind: 'out', fault: UNREACHABLE }));
    } else {
      setState({ kind: 'out' });
    }
  }, [config]);
  const portal = useMemo(
    () =>
      state.kind === 'in'
        ? { config, session: state.session, fhir: createFhir(config.fhirBaseUrl, state.session) }
        : undefined,
    [config, state],
  );
  if (portal) return <PortalContext value={portal}>{children}</PortalContext>;
  return (
    <Welcome
      clinicName={config.clinicName}
      working={state.kind === 'working'}
      fault={state.kind === 'out' ? state.fault : undefined}
      onSignIn={() => {
        const returnTo = location.pathname === '/callback' ? '/' : location.pathname;
        setState({ kind: 'working' });
        startSignIn(config, returnTo).catch(() => setState({ kind: 'out', fault: UNREACHABLE }));
      }}
    />
  );
}

const UNREACHABLE = 'The clinic’s servers can not be reached just now. Try again in a moment.';
