/** Keeps the session for the whole app: launches, finishes, ends; without a network, shows the copy that is kept on this device. */
import { useQueryClient } from '@tanstack/react-query';
import {
  type ComponentType,
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { type Copy, keepCopy, loadCopy, showCopy } from '../device/copy.ts';
import { forgetDrafts, loadDrafts } from '../device/drafts.ts';
import { useLanguage } from '../i18n/language.ts';
import { type Text, t } from '../i18n/text.ts';
import type { PortalConfig } from './config.ts';
import { createFhir, type Fhir, FhirFailure } from './fhir.ts';
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
  /** What is shown was kept on this device, and nobody is signed in. */
  readonly copy: Copy | undefined;
  /** By one's own hand nothing stays on the device; after a quarter of an hour without a sign of life, what was being written does. */
  signOut(drafts: 'forget' | 'keep'): Promise<void>;
}

const PortalContext = createContext<Portal | undefined>(undefined);

export function usePortal(): Portal {
  const portal = useContext(PortalContext);
  if (!portal) throw new Error('usePortal outside of a session');
  return portal;
}

/** What an app shows whoever is not signed in. */
export interface WelcomeProps {
  readonly clinicName: string;
  readonly working: boolean;
  readonly fault: string | undefined;
  readonly onSignIn: () => void;
  /** There is a copy on this device. */
  readonly onCopy: (() => void) | undefined;
}

type State =
  | { readonly kind: 'working' }
  | { readonly kind: 'out'; readonly fault?: Text }
  | { readonly kind: 'in'; readonly session: Session }
  | { readonly kind: 'copy'; readonly copy: Copy };

// React may run an effect twice in development; a code can be redeemed once.
let finishing: ReturnType<typeof finishSignIn> | undefined;

export function SessionProvider({
  config,
  Welcome,
  children,
}: {
  readonly config: PortalConfig;
  readonly Welcome: ComponentType<WelcomeProps>;
  readonly children: ReactNode;
}) {
  const [state, setState] = useState<State>({ kind: 'working' });
  const [copy, setCopy] = useState<Copy>();
  const queries = useQueryClient();
  useLanguage();
  useEffect(() => {
    void loadCopy().then(setCopy);
  }, []);
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
    queries.clear();
    setState({ kind: 'out', ...(fault ? { fault } : {}) });
  };
  const portal = useMemo(
    () =>
      state.kind === 'in'
        ? portalOf(config, state.session, undefined, () => end(EXPIRED))
        : state.kind === 'copy'
          ? portalOf(config, sessionOfCopy(state.copy), state.copy, () => undefined)
          : undefined,
    [config, state],
  );
  useEffect(() => {
    if (portal && !portal.copy) return keepCopy(queries, portal.fhir.patient, portal.fhir.self);
    return undefined;
  }, [portal, queries]);
  if (portal) return <PortalContext value={portal}>{children}</PortalContext>;
  return (
    <Welcome
      clinicName={config.clinicName}
      working={state.kind === 'working'}
      fault={state.kind === 'out' && state.fault ? t(state.fault) : undefined}
      onCopy={
        copy &&
        (() => {
          showCopy(queries, copy);
          setState({ kind: 'copy', copy });
        })
      }
      onSignIn={() => {
        setState({ kind: 'working' });
        startSignIn(config, location.pathname === '/callback' ? '/' : here()).catch(() =>
          setState({ kind: 'out', fault: UNREACHABLE }),
        );
      }}
    />
  );
}

function portalOf(config: PortalConfig, session: Session, copy: Copy | undefined, ended: () => void): Portal {
  return {
    config,
    copy,
    session,
    fhir: createFhir(config.fhirBaseUrl, session, ended),
    async signOut(drafts) {
      if (drafts === 'forget') await forgetDrafts();
      await session.signOut();
    },
  };
}

/** Nobody: nothing is read or sent in its name. */
function sessionOfCopy({ patient, self }: Copy): Session {
  return {
    patient,
    fhirUser: self,
    accountUrl: '',
    appsUrl: '',
    accessToken: () => Promise.reject(new FhirFailure(0)),
    forgetAccessToken: () => undefined,
    async signOut() {
      location.assign('/');
    },
  };
}

const here = (): string => location.pathname + location.search;

const EXPIRED = 'Your sign-in has ended. What you were writing is kept: sign in again to go on.';
const UNREACHABLE = 'The clinic’s servers can not be reached just now. Try again in a moment.';
