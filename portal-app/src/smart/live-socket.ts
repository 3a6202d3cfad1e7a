/**
 * The websocket of one's own subscription (Subscriptions R5 Backport 1.1.0): one for each person, app and record, which the next visit finds again. A server that has no
 * such thing, or does not allow it, is not asked again.
 */
import type { Bundle, Parameters, Subscription } from '@medplum/fhirtypes';
import { type FhirApi, FhirFailure } from './fhir.ts';

/** What changed, and in whose record, where it is in somebody's. */
export interface LiveChange {
  readonly type: string;
  readonly patients: readonly string[];
}

/** What a connection tells; undefined: what changed can't be said. */
export interface LiveEvents {
  changed(changes: readonly LiveChange[] | undefined): void;
  isConnected(is: boolean): void;
}

const TOPIC = 'urn:wellspring:SubscriptionTopic:record-change';
const CONTENT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content';
const DAY_MS = 86_400_000;
/** One that ends sooner is prolonged. */
const LEAST_MS = DAY_MS / 2;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** Returns how to close it. */
export function openLiveSocket(fhir: FhirApi, baseUrl: string, events: LiveEvents): () => void {
  let isOver = false;
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT_MS;

  async function open(): Promise<void> {
    try {
      const id = await ownSubscription(fhir);
      const binding = await bindingOf(fhir, id);
      // As a token, what binds goes to the server that it is of and to no other; what is shown is asked for again now and then.
      if (!isOver && isOf(baseUrl, binding.url)) connect(id, binding);
    } catch (error) {
      const status = error instanceof FhirFailure ? error.status : 0;
      // Not here, or not allowed: that does not change while one is signed in.
      if (status < 400 || status >= 500 || status === 429) later();
    }
  }

  function connect(id: string, { token, url, until }: Binding): void {
    const opened = new WebSocket(url);
    socket = opened;
    let renewing: ReturnType<typeof setTimeout> | undefined;
    const renew = (ms: number): void => {
      renewing = setTimeout(async () => {
        try {
          const next = await bindingOf(fhir, id);
          opened.send(`bind-with-token ${next.token}`);
          renew(soon(next.until));
        } catch {
          opened.close();
        }
      }, ms);
    };
    opened.onopen = () => opened.send(`bind-with-token ${token}`);
    opened.onmessage = ({ data }: MessageEvent<string>) => {
      const { type, changes } = noticeOf(JSON.parse(data) as Bundle);
      if (type === 'handshake') {
        if (renewing === undefined) renew(soon(until));
        wait = FIRST_WAIT_MS;
        events.isConnected(true);
        // What came before it was not told.
        events.changed(undefined);
      } else if (type === 'event-notification') events.changed(changes);
    };
    opened.onclose = () => {
      clearTimeout(renewing);
      events.isConnected(false);
      later();
    };
  }

  function later(): void {
    if (isOver) return;
    timer = setTimeout(open, wait * (0.5 + Math.random() / 2));
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  }

  void open();
  return () => {
    isOver = true;
    clearTimeout(timer);
    events.isConnected(false);
    socket?.close();
  };
}

const isOf = (baseUrl: string, url: string): boolean => URL.parse(url)?.host === new URL(baseUrl).host;

const soon = (until: number): number => Math.max((until - Date.now()) * 0.8, 1000);

/** The one of an earlier visit, prolonged where it must be; else a new one. */
async function ownSubscription(fhir: FhirApi): Promise<string> {
  const { resources } = await fhir.search<Subscription>('Subscription', { type: 'websocket', _count: '50' });
  const known = resources.find(({ criteria }) => criteria === TOPIC);
  const lasts = known?.status === 'active' && Date.parse(known.end ?? '') > Date.now() + LEAST_MS;
  if (known?.id && lasts) return known.id;
  const wanted = { ...(known ?? NEW), status: 'requested', end: new Date(Date.now() + DAY_MS).toISOString() };
  const stored = known
    ? await fhir.update(wanted as Subscription)
    : await fhir.create(wanted as Subscription);
  return stored.id ?? '';
}

const NEW = {
  resourceType: 'Subscription',
  reason: 'What is shown is kept as it is.',
  criteria: TOPIC,
  channel: {
    type: 'websocket',
    payload: 'application/fhir+json',
    _payload: { extension: [{ url: CONTENT, valueCode: 'id-only' }] },
  },
};

interface Binding {
  readonly token: string;
  readonly url: string;
  /** Milliseconds. */
  readonly until: number;
}

async function bindingOf(fhir: FhirApi, id: string): Promise<Binding> {
  const { parameter = [] } = await fhir.get<Parameters>(`Subscription/${id}/$get-ws-binding-token`);
  const named = (name: string) => parameter.find((each) => each.name === name);
  return {
    token: named('token')?.valueString ?? '',
    url: named('websocket-url')?.valueUrl ?? '',
    until: Date.parse(named('expiration')?.valueDateTime ?? ''),
  };
}

/** Of what kind it is, and what it tells of; undefined: it does not say. */
function noticeOf({ entry = [] }: Bundle): {
  type: string | undefined;
  changes: readonly LiveChange[] | undefined;
} {
  const status = entry[0]?.resource as Parameters | undefined;
  const parameter = status?.parameter ?? [];
  const type = parameter.find(({ name }) => name === 'type')?.valueCode;
  const parts = parameter.filter(({ name }) => name === 'notification-event').map(({ part = [] }) => part);
  const changes = parts.map(changeOf);
  return { type, changes: changes.every((each) => each !== undefined) ? changes : undefined };
}

function changeOf(part: NonNullable<Parameters['parameter']>): LiveChange | undefined {
  const referred = (wanted: string): string[][] =>
    part
      .filter(({ name }) => name === wanted)
      .map(({ valueReference }) => valueReference?.reference?.split('/').slice(-2) ?? []);
  const [[type, id = ''] = []] = referred('focus');
  if (type === undefined) return undefined;
  const patients = referred('additional-context').flatMap(([of, each = '']) =>
    of === 'Patient' ? each : [],
  );
  return { type, patients: type === 'Patient' ? [id] : patients };
}
