/** Apps that registered themselves, as an administrator looks at them and decides: what waits, what was decided, and that nothing is decided unseen. */
import { digest } from '../crypto/secrets.ts';
import { listLaunchContexts } from '../launch/launch-context.ts';
import { IDENTITY, listStoredClients, type StoredClient } from '../provider/clients.ts';
import type { Storage } from '../storage/storage.ts';
import { type AdminContext, approveClient, disableClient } from './actions.ts';
import { type AppDecision, listDecisions } from './app-decisions.ts';

/**
 * `waiting`: for user/ or system/ scopes, which it has not; `open`: nobody looked at it, and patients may let it see their own data; `approved`; `refused` and
 * `withdrawn`: it may do nothing.
 */
export type AppState = 'waiting' | 'open' | 'approved' | 'refused' | 'withdrawn';

export interface AppView {
  readonly id: string;
  readonly name: string;
  readonly state: AppState;
  /** Of what an administrator looks at: a decision names it, and is about nothing else. */
  readonly version: string;
  readonly registeredAt?: string | undefined;
  readonly website?: string | undefined;
  readonly privacyPolicy?: string | undefined;
  readonly contacts: readonly string[];
  readonly redirectUris: readonly string[];
  readonly launchUrl?: string | undefined;
  /** `public`: it can't keep a secret; `secret`; `key`: of its own, which is the safest. */
  readonly provesItselfBy: 'public' | 'secret' | 'key';
  /** It acts by itself, without anybody who signs in. */
  readonly isService: boolean;
  readonly scope: string;
  /** People who have it connected now. */
  readonly connected: number;
  readonly decision?: {
    readonly what: AppDecision['what'];
    readonly at: string;
    readonly by?: string | undefined;
    readonly reason?: string | undefined;
  };
}

/** What waits first, then what was registered last. */
export async function listApps(storage: Storage): Promise<readonly AppView[]> {
  const [clients, decisions, launches] = await Promise.all([
    listStoredClients(storage),
    listDecisions(storage),
    listLaunchContexts(storage),
  ]);
  const people = Map.groupBy(launches, ({ clientId }) => clientId);
  const views = clients.map(async (client): Promise<AppView> => {
    const accounts = new Set(people.get(client.client_id)?.map(({ accountId }) => accountId));
    const decision = decisions.get(client.client_id);
    return {
      ...viewOf(client, decision),
      connected: accounts.size,
      ...(decision && { decision: await toldOf(storage, decision) }),
    };
  });
  const order = (app: AppView): number => (app.state === 'waiting' ? 0 : 1);
  return (await Promise.all(views)).sort(
    (a, b) => order(a) - order(b) || (b.registeredAt ?? '').localeCompare(a.registeredAt ?? ''),
  );
}

function viewOf(
  client: StoredClient,
  decision: AppDecision | undefined,
): Omit<AppView, 'connected' | 'decision'> {
  const { client_id: id, token_endpoint_auth_method: method } = client;
  return {
    id,
    name: client.client_name ?? id,
    state: stateOf(client, decision),
    version: versionOf(client),
    registeredAt: client.client_id_issued_at && new Date(client.client_id_issued_at * 1000).toISOString(),
    website: client.client_uri,
    privacyPolicy: client.policy_uri,
    contacts: client.contacts ?? [],
    redirectUris: client.redirect_uris ?? [],
    launchUrl: client.launch_url,
    provesItselfBy: method === 'none' ? 'public' : method === 'private_key_jwt' ? 'key' : 'secret',
    isService: client.grant_types?.includes('client_credentials') === true,
    scope: client.smart_scope ?? '',
  } as Omit<AppView, 'connected' | 'decision'>;
}

function stateOf({ status, disabled }: StoredClient, decision: AppDecision | undefined): AppState {
  if (disabled) return decision?.what === 'refused' ? 'refused' : 'withdrawn';
  if (status === 'pending') return 'waiting';
  return status === 'unreviewed' ? 'open' : 'approved';
}

function versionOf(client: StoredClient): string {
  const known = client as unknown as Record<string, unknown>;
  const looked = ['status', 'disabled', 'contacts', 'policy_uri', ...IDENTITY].map(
    (name) => known[name] ?? null,
  );
  return digest(JSON.stringify(looked));
}

async function toldOf(
  storage: Storage,
  { what, at, by, reason }: AppDecision,
): Promise<NonNullable<AppView['decision']>> {
  const name = by === undefined ? undefined : (await storage.findAccount(by))?.displayName;
  return { what, at: new Date(at).toISOString(), by: name, reason };
}

export type Verdict = 'approve' | 'refuse' | 'withdraw';

/** What can be decided of an app in each state. */
const VERDICTS: Readonly<Record<AppState, readonly Verdict[]>> = {
  waiting: ['approve', 'refuse'],
  open: ['approve', 'withdraw'],
  approved: ['withdraw'],
  refused: ['approve'],
  withdrawn: ['approve'],
};

/** `unknown`: there is no such app; `changed`: it is not what was looked at any more, or this can't be decided of it. Nothing is done then. */
export async function decideApp(
  context: AdminContext,
  {
    id,
    version,
    verdict,
    reason,
  }: {
    readonly id: string;
    readonly version: string;
    readonly verdict: Verdict;
    readonly reason?: string | undefined;
  },
): Promise<'done' | 'unknown' | 'changed'> {
  const app = (await listApps(context.storage)).find((each) => each.id === id);
  if (!app) return 'unknown';
  if (app.version !== version || !VERDICTS[app.state].includes(verdict)) return 'changed';
  // Until it is written the app may be changed, by its maker or by a colleague: what counts is what is there then.
  const isSeen = (client: StoredClient): boolean => versionOf(client) === version;
  const isDone = await (verdict === 'approve' ? approveClient : disableClient)(context, id, reason, isSeen);
  return isDone ? 'done' : 'changed';
}
