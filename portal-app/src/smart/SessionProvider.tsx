/** Keeps the session for the whole app: launches, finishes, ends; without a network, shows the copy that is kept on this device. */
import { useQueryClient } from '@tanstack/react-query';
import {
  type ComponentType,
  createContext,
  type ReactNode,
  startTransition,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { type Copy, keepCopy, loadCopy, showCopy } from '../device/copy.ts';
import { forgetDrafts, loadDrafts } from '../device/drafts.ts';
import { useLanguage } from '../i18n/language.ts';
import { type Text, t } from '../i18n/text.ts';
import type { AppConfig } from './config.ts';
import { createFhir, type Fhir, type FhirApi, FhirFailure } from './fhir.ts';
import { LAUNCH, SIGN_IN, startOnce, startSignIn, wasSignedIn } from './launch.ts';
import { LAUNCHED } from './launched.ts';
import { createLive, type Live, still } from './live.ts';
import {
  ACCOUNT_ENDED,
  type CameBack,
  cameBack,
  type Finished,
  finishSignIn,
  forgetSignIn,
  isAccountEnded,
  isSignedInElsewhere,
  type Session,
  TABS,
  type TabMessage,
} from './session.ts';

export interface SignedIn {
  readonly config: AppConfig;
  readonly session: Session;
  readonly fhir: FhirApi;
  /** Tells of changes on the server (use-live.ts). */
  readonly live: Live;
  /** What is shown was kept on this device, and nobody is signed in. */
  readonly copy: Copy | undefined;
  /** By one's own hand nothing stays on the device; after a quarter of an hour without a sign of life, what was being written does. */
  signOut(drafts: 'forget' | 'keep'): Promise<void>;
}

/** The same with a record open. */
export interface Portal extends SignedIn {
  readonly fhir: Fhir;
}

/** `useSignedIn` reads it; an app may put something around what it gives. */
export const SignedInContext = createContext<SignedIn | undefined>(undefined);
const PortalContext = createContext<Portal | undefined>(undefined);

export function useSignedIn(): SignedIn {
  const signedIn = useContext(SignedInContext);
  if (!signedIn) throw new Error('useSignedIn outside of a session');
  return signedIn;
}

/** For what is drawn of one record, below a RecordProvider. */
export function usePortal(): Portal {
  const portal = useContext(PortalContext);
  if (!portal) throw new Error('usePortal without a record');
  return portal;
}

/** Opens one record to what is below. */
export function RecordProvider({
  patient,
  children,
}: {
  readonly patient: string;
  readonly children: ReactNode;
}) {
  const signedIn = useSignedIn();
  const portal = useMemo(() => ({ ...signedIn, fhir: { ...signedIn.fhir, patient } }), [signedIn, patient]);
  return <PortalContext value={portal}>{children}</PortalContext>;
}

/** What an app shows whoever is not signed in. */
export interface WelcomeProps {
  readonly clinicName: string;
  readonly fhirBaseUrl: string;
  readonly signUpUrl: string | undefined;
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
let came: CameBack | undefined;
let finishing: ReturnType<typeof finishSignIn> | undefined;

export function SessionProvider({
  config,
  Welcome,
  children,
}: {
  readonly config: AppConfig;
  readonly Welcome: ComponentType<WelcomeProps>;
  readonly children: ReactNode;
}) {
  const [state, setState] = useState<State>({ kind: 'working' });
  const [copy, setCopy] = useState<Copy>();
  const queries = useQueryClient();
  const isLeaving = useRef(false);
  useLanguage();
  useEffect(() => {
    void loadCopy().then(setCopy);
  }, []);
  useEffect(() => {
    if (location.pathname === config.redirectPath) {
      came ??= cameBack();
      finishing ??= finishSignIn(config, came);
      const { returnTo } = came;
      finishing.then(
        (finished) => enter(finished, returnTo),
        (error: unknown) => {
          // Where the next try leads to, and a reload.
          history.replaceState(null, '', returnTo);
          setState({ kind: 'out', fault: isAccountEnded(error) ? ACCOUNT_ENDED : UNFINISHED });
        },
      );
    } else if (location.pathname === LAUNCH) void launch();
    else {
      const returnTo = location.pathname === SIGN_IN ? `/${location.search}` : here();
      shallSignIn()
        .then((shall) => {
          if (shall) return startOnce(config, returnTo);
          // Whoever has opened the copy in the meantime keeps it.
          setState((now) => (now.kind === 'working' ? { kind: 'out' } : now));
          return undefined;
        })
        .catch(() => setState({ kind: 'out', fault: UNREACHABLE }));
    }
  }, [config]);
  useEffect(() => {
    const tabs = new BroadcastChannel(TABS);
    tabs.onmessage = ({ data }: MessageEvent<TabMessage>) => {
      // This tab's own word comes back to it: it waits for the page that follows.
      if (data === 'signed-out' && !isLeaving.current) end(undefined);
      if (data === 'anybody?' && state.kind === 'in')
        tabs.postMessage({ patient: state.session.patient } satisfies TabMessage);
    };
    return () => tabs.close();
  }, [state]);
  const enter = async ({ session, entryState }: Finished, returnTo: string): Promise<void> => {
    came = undefined;
    history.replaceState(entryState, '', returnTo);
    await loadDrafts(`${session.fhirUser} ${session.patient}`);
    // Drawn bit by bit.
    startTransition(() => setState({ kind: 'in', session }));
  };
  const launch = (): Promise<unknown> =>
    import('./ehr-launch.ts')
      .then(({ launched }) => launched(config))
      .then(
        (fault) => fault && setState({ kind: 'out', fault }),
        () => setState({ kind: 'out', fault: UNREACHABLE }),
      );
  const end = (fault: Text | undefined): void => {
    forgetSignIn();
    queries.clear();
    setState({ kind: 'out', ...(fault ? { fault } : {}) });
  };
  const leave = (): void => {
    isLeaving.current = true;
    queries.clear();
    setState({ kind: 'working' });
  };
  const signedIn = useMemo(
    () =>
      state.kind === 'in'
        ? signedInOf(config, state.session, undefined, { onEnded: () => end(EXPIRED), onLeave: leave })
        : state.kind === 'copy'
          ? signedInOf(config, sessionOfCopy(state.copy), state.copy, {
              onEnded: () => undefined,
              onLeave: leave,
            })
          : undefined,
    [config, state],
  );
  useEffect(() => {
    const patient = signedIn?.session.patient;
    if (!signedIn || signedIn.copy || patient === undefined || config.meantFor === 'staff') return undefined;
    return keepCopy(queries, patient, signedIn.fhir.self);
  }, [signedIn, queries, config]);
  if (signedIn) return <SignedInContext value={signedIn}>{children}</SignedInContext>;
  return (
    <Welcome
      clinicName={config.clinicName}
      fhirBaseUrl={config.fhirBaseUrl}
      signUpUrl={config.signUpUrl}
      working={state.kind === 'working'}
      fault={state.kind === 'out' && state.fault ? t(state.fault) : undefined}
      onCopy={
        copy &&
        (() => {
          void showCopy(queries, copy).then(() => setState({ kind: 'copy', copy }));
        })
      }
      onSignIn={() => {
        setState({ kind: 'working' });
        if (location.pathname === LAUNCH) return void launch();
        const unfinished = came;
        came = undefined;
        const anew = () =>
          unfinished?.returnTo === LAUNCHED
            ? launch()
            : startSignIn(config, location.pathname === SIGN_IN ? '/' : here());
        (unfinished
          ? finishSignIn(config, unfinished).then((finished) => enter(finished, unfinished.returnTo), anew)
          : anew()
        ).catch(() => setState({ kind: 'out', fault: UNREACHABLE }));
      }}
    />
  );
}

function signedInOf(
  config: AppConfig,
  session: Session,
  copy: Copy | undefined,
  { onEnded, onLeave }: { readonly onEnded: () => void; readonly onLeave: () => void },
): SignedIn {
  const fhir = createFhir(config, session, onEnded);
  return {
    config,
    copy,
    session,
    fhir,
    live: copy ? still : createLive(fhir, config.fhirBaseUrl),
    async signOut(drafts) {
      onLeave();
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
    appsUrl: undefined,
    known: undefined,
    accessToken: () => Promise.reject(new FhirFailure(0)),
    forgetAccessToken: () => undefined,
    async signOut() {
      location.assign('/');
    },
  };
}

/** Opened by a link that means it, after a reload, or beside a tab that is signed in: the authorization server's own session answers without a question. */
const shallSignIn = async (): Promise<boolean> =>
  location.pathname === SIGN_IN || wasSignedIn() || isSignedInElsewhere();

const here = (): string => location.pathname + location.search;

const EXPIRED = 'Your sign-in has ended. What you were writing is kept: sign in again to go on.';
const UNFINISHED = 'The sign-in was not finished. Nothing was shared; you can try again.';
const UNREACHABLE = 'The clinic’s servers can not be reached just now. Try again in a moment.';
