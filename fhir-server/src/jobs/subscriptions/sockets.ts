/**
 * Subscriptions by websocket, in the process that has the connection (https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/channels.html#websockets). A connection is
 * nobody's until it brings a token that was asked for by a request with a grant, and by a page of the same origin; the token binds it to subscriptions for a time.
 */
import type { Logger } from 'pino';
import type { AccessContext } from '../../access/access-context.ts';
import type { Compose } from '../../interactions/request.ts';
import type { ResourceStore } from '../../store/store.ts';
import { type NotificationType, notificationBundle, type Told } from '../../subscriptions/notification.ts';
import type { Plan, PlanContext } from '../../subscriptions/plan.ts';
import type { EventLog } from './event-log.ts';
import { COUNTS_MS } from './pages.ts';
import { createReader } from './registry.ts';
import type { Signer } from './signing.ts';
import type { Standing } from './standing.ts';

export interface Connection {
  /** Of the page that opened it; undefined: no browser. */
  readonly origin: string | undefined;
  send(text: string): void;
  close(code: number, reason: string): void;
}

export interface Sockets {
  /** A text that binds connections to subscriptions. */
  token(parts: TokenParts): Promise<string>;
  opened(connection: Connection): void;
  /** What came over the connection. */
  received(connection: Connection, text: string): Promise<void>;
  closed(connection: Connection): void;
  /** These may have something new; undefined: all. */
  tell(ids: readonly string[] | undefined): void;
  close(): void;
}

export interface SocketDependencies {
  readonly store: Pick<ResourceStore, 'read'>;
  readonly log: EventLog;
  readonly standing: Standing;
  readonly compose: Compose;
  readonly signer: Signer;
  readonly context: PlanContext;
  /** How often what a binding rests on is asked, when nothing happens. */
  readonly standsMs: number;
  readonly now: () => number;
  readonly elapsed: () => number;
  readonly logger: Logger;
}

interface Binding {
  readonly connection: Connection;
  readonly id: string;
  readonly holder: string;
  endings: number | undefined;
  signIn: string | undefined;
  until: number;
  /** The last event that was sent. */
  number: number;
  lastSent: number;
  heartbeatMs: number | undefined;
}

interface Found {
  readonly plan: Plan;
  readonly access: AccessContext;
}

export interface TokenParts {
  readonly ids: readonly string[];
  readonly holder: string;
  /** Of the token it was asked for with: one of a sign-in that was ended binds nothing that was made after it. */
  readonly endings: number | undefined;
  /** Likewise: what it binds is bound for as long as that sign-in lasts. */
  readonly signIn: string | undefined;
  readonly origin: string | undefined;
  /** Milliseconds. */
  readonly until: number;
}

/** Of one person with one app, in one process: some tabs on some devices. */
const MOST_OF_HOLDER = 32;
const BIND_WITHIN_MS = 15_000;
const LOOK_MS = 1000;
/** Messages by one reading. */
const CALLS_READ = 16;
/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const POLICY = 1008;

export function createSockets(dependencies: SocketDependencies): Sockets {
  const { store, log, standing, compose, signer, context, standsMs, now, elapsed, logger } = dependencies;
  const open = new Map<Connection, { readonly since: number; readonly bindings: Map<string, Binding> }>();
  const bound = new Map<string, Set<Binding>>();
  const running = new Map<Binding, Promise<void>>();
  const again = new Set<Binding>();
  const registeredOf = createReader(context);
  let lastStands = elapsed();

  const timer = setInterval(look, LOOK_MS);
  timer.unref();

  /** As it may be told now; undefined: it may not. */
  async function current({
    id,
    endings = 0,
    signIn,
  }: Pick<Binding, 'id' | 'endings' | 'signIn'>): Promise<Found | undefined> {
    const version = await store.read('Subscription', id);
    const registered = version && registeredOf(version);
    if (registered?.plan.status !== 'active' || registered.plan.channel.type !== 'websocket')
      return undefined;
    const { plan, ground } = registered;
    if (plan.end !== undefined && plan.end <= now()) return undefined;
    if (endings < (ground.endings ?? 0)) return undefined;
    const access = await standing.accessOf(ground);
    // Others of the same person made the subscription, or took it up again.
    const isHere =
      signIn === undefined || (await standing.accessOf({ ...ground, signIn, duringSignIn: true }));
    return access && isHere ? { plan, access } : undefined;
  }

  async function bind(connection: Connection, token: string): Promise<void> {
    const own = open.get(connection);
    const parts = await tokenParts(token);
    if (!own || !parts || parts.until <= now() || parts.origin !== connection.origin)
      return connection.close(POLICY, 'The token is not valid.');
    if (connectionsOf(parts.holder, connection) >= MOST_OF_HOLDER)
      return connection.close(POLICY, 'Too many connections.');
    for (const id of parts.ids) {
      const found = await current({ id, endings: parts.endings, signIn: parts.signIn });
      if (!found || !open.has(connection)) continue;
      const { events } = await log.state(id);
      const before = own.bindings.get(id);
      const { heartbeatSeconds } = found.plan.channel;
      const binding: Binding = before ?? {
        connection,
        id,
        holder: parts.holder,
        endings: undefined,
        signIn: undefined,
        until: 0,
        number: events,
        lastSent: 0,
        heartbeatMs: undefined,
      };
      binding.until = parts.until;
      binding.endings = parts.endings;
      binding.signIn = parts.signIn;
      binding.heartbeatMs = heartbeatSeconds === undefined ? undefined : heartbeatSeconds * 1000;
      own.bindings.set(id, binding);
      bound.set(id, (bound.get(id) ?? new Set()).add(binding));
      send(binding, found.plan, 'handshake', binding.number, []);
      // What came between the two.
      push(binding);
    }
    if (own.bindings.size === 0) connection.close(POLICY, 'There is no such subscription.');
  }

  async function tokenParts(token: string): Promise<TokenParts | undefined> {
    const text = await signer.open(token);
    return text === undefined ? undefined : (JSON.parse(text) as TokenParts);
  }

  function connectionsOf(holder: string, but: Connection): number {
    let count = 0;
    for (const [connection, { bindings }] of open)
      if (connection !== but && [...bindings.values()].some((each) => each.holder === holder)) count += 1;
    return count;
  }

  function push(binding: Binding): void {
    if (running.has(binding)) {
      again.add(binding);
      return;
    }
    const run = pushEvents(binding)
      .catch((error: unknown) =>
        logger.warn({ subscription: binding.id, failure: (error as Error).message }, 'a websocket waits'),
      )
      .finally(() => {
        running.delete(binding);
        if (again.delete(binding)) push(binding);
      });
    running.set(binding, run);
  }

  async function pushEvents(binding: Binding): Promise<void> {
    const { events } = await log.state(binding.id);
    do {
      const found = await current(binding);
      if (!found) return unbind(binding, 'The subscription has ended.');
      await pushSome(binding, found, events);
    } while (binding.number < events && isBound(binding));
  }

  /** By one reading of them, as long as that counts (pages.ts). */
  async function pushSome(binding: Binding, { plan, access }: Found, events: number): Promise<void> {
    const count = plan.channel.maxCount;
    let began: number | undefined;
    while (binding.number < events && isBound(binding) && elapsed() - (began ?? elapsed()) < COUNTS_MS) {
      const until = Math.min(binding.number + count * CALLS_READ, events);
      const told = await compose(access, plan, await log.counted(plan.id, binding.number + 1, until));
      if (!isBound(binding)) return;
      began ??= elapsed();
      for (let at = 0; at < told.length; at += count) {
        const some = told.slice(at, at + count);
        send(binding, plan, 'event-notification', some.at(-1)?.event.number ?? until, some);
      }
      binding.number = until;
    }
  }

  const isBound = (binding: Binding): boolean => bound.get(binding.id)?.has(binding) === true;

  function send(
    binding: Binding,
    plan: Plan,
    type: NotificationType,
    events: number,
    told: readonly Told[],
  ): void {
    const { id, topic, content } = plan;
    const { baseUrl } = context;
    const notification = { baseUrl, id, topic, status: 'active', type, content, events, told } as const;
    binding.connection.send(notificationBundle(notification, now()));
    binding.lastSent = now();
  }

  function unbind(binding: Binding, reason: string): void {
    const own = open.get(binding.connection);
    own?.bindings.delete(binding.id);
    const others = bound.get(binding.id);
    others?.delete(binding);
    if (others?.size === 0) bound.delete(binding.id);
    if (own?.bindings.size === 0) binding.connection.close(POLICY, reason);
  }

  function look(): void {
    const isToAsk = elapsed() - lastStands >= standsMs;
    if (isToAsk) lastStands = elapsed();
    for (const [connection, { since, bindings }] of open) {
      if (bindings.size === 0 && now() - since > BIND_WITHIN_MS) connection.close(POLICY, 'No token came.');
      for (const binding of bindings.values()) {
        if (binding.until <= now()) unbind(binding, 'The token has run out.');
        else if (isToAsk) push(binding);
        else if (binding.heartbeatMs !== undefined && now() - binding.lastSent >= binding.heartbeatMs)
          beat(binding);
      }
    }
  }

  function beat(binding: Binding): void {
    binding.lastSent = now();
    current(binding).then(
      (found) => {
        if (found && isBound(binding)) send(binding, found.plan, 'heartbeat', binding.number, []);
      },
      () => undefined,
    );
  }

  return {
    token: (parts) => signer.seal(JSON.stringify(parts)),
    opened(connection) {
      open.set(connection, { since: now(), bindings: new Map() });
    },
    async received(connection, text) {
      const [, token] = /^bind-with-token:? +(\S+)$/.exec(text.trim()) ?? [];
      if (token === undefined)
        return connection.close(POLICY, 'What is understood here is bind-with-token [token].');
      await bind(connection, token);
    },
    closed(connection) {
      for (const binding of open.get(connection)?.bindings.values() ?? []) {
        const others = bound.get(binding.id);
        others?.delete(binding);
        if (others?.size === 0) bound.delete(binding.id);
      }
      open.delete(connection);
    },
    tell(ids) {
      for (const id of ids ?? bound.keys()) for (const binding of bound.get(id) ?? []) push(binding);
    },
    close() {
      clearInterval(timer);
      for (const connection of open.keys()) connection.close(1001, 'The server stops.');
    },
  };
}
