/** Keeps the session for the whole app: launches, finishes, warns when idle, ends. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { Welcome } from '../areas/welcome/Welcome.tsx';
import { forgetDrafts, loadDrafts } from '../device/drafts.ts';
import { useLanguage } from '../i18n/language.ts';
import { type Text, t } from '../i18n/text.ts';
import type { PortalConfig } from './config.ts';
import { createFhir, type Fhir } from './fhir.ts';
import {
  finishSignIn,
  forgetSignIn,
  type Session,
  startSignIn,
  TABS,
  type TabMessage,
  wasSignedIn,
} from './session.ts';

export interface Portal {
  readonly config: PortalConfig;
  readonly session: Session;
  readonly fhir: Fhir;
  /** By one's own hand nothing stays on the device; after a quarter of an hour without a sign of life, what was being written does. */
  signOut(drafts: 'forget' | 'keep'): Promise<void>;
}

const PortalContext = createContext<Portal | undefined>(undefined);

export function usePortal(): Portal {
  const portal = useContext(PortalContext);
  if (!portal) throw new Error('usePortal outside of a session');
  return portal;
}

type State =
  | { readonly kind: 'working' }
  | { readonly kind: 'out'; readonly fault?: Text }
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
  useLanguage();
  useEffect(() => {
    if (location.pathname === '/callback') {
      finishing ??= finishSignIn(config);
      finishing.then(
        async ({ session, returnTo }) => {
          history.replaceState(null, '', returnTo);
          await loadDrafts(`${session.fhirUser} ${session.patient}`);
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
      startSignIn(config, here()).catch(() => setState({ kind: 'out', fault: UNREACHABLE }));
    } else {
      setState({ kind: 'out' });
    }
  }, [config]);
  useEffect(() => {
    const tabs = new BroadcastChannel(TABS);
    tabs.onmessage = ({ data }: MessageEvent<TabMessage>) => {
      if (data === 'signed-out') end(undefined);
    };
    return () => tabs.close();
  }, []);
  const end = (fault: Text | undefined): void => {
    forgetSignIn();
    setState({ kind: 'out', ...(fault ? { fault } : {}) });
  };
  const portal = useMemo(
    () => (state.kind === 'in' ? portalOf(config, state.session, () => end(EXPIRED)) : undefined),
    [config, state],
  );
  if (portal) return <PortalContext value={portal}>{children}</PortalContext>;
  return (
    <Welcome
      clinicName={config.clinicName}
      working={state.kind === 'working'}
      fault={state.kind === 'out' && state.fault ? t(state.fault) : undefined}
      onSignIn={() => {
        setState({ kind: 'working' });
        startSignIn(config, location.pathname === '/callback' ? '/' : here()).catch(() =>
          setState({ kind: 'out', fault: UNREACHABLE }),
        );
      }}
    />
  );
}

function portalOf(config: PortalConfig, session: Session, ended: () => void): Portal {
  return {
    config,
    session,
    fhir: createFhir(config.fhirBaseUrl, session, ended),
    async signOut(drafts) {
      if (drafts === 'forget') await forgetDrafts();
      await session.signOut();
    },
  };
}

const here = (): string => location.pathname + location.search;

const EXPIRED = 'Your sign-in has ended. What you were writing is kept: sign in again to go on.';
const UNREACHABLE = 'The clinic’s servers can not be reached just now. Try again in a moment.';
