/**
 * `GET [base]/$exchange-state`, this server's own: what passes between this server and others, and how it does, for roles whose policy oversees it (`oversight` in
 * role-policy.json; decision 37): subscriptions that call or mail, whoever made them, and exports, imports and matches of members of whichever client. Of none is told what it holds: no
 * criteria beyond types, no address beyond its host, no header, no file.
 */
import { forbidden } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { onBehalf } from '../access/on-behalf.ts';
import { requireReadCondition } from '../access/read-condition.ts';
import type { Grounds } from '../access/standing.ts';
import { groundOf } from '../access/subscriber.ts';
import { createBreath } from '../breath.ts';
import type { FhirRequest, JobRecord, Reply, Services } from '../interactions/request.ts';
import { type ResourceJson, resourceOf } from '../repository/text/resource-text.ts';
import { not } from '../search/query.ts';
import type { StoredVersion } from '../store/store.ts';
import { countOf } from '../subscriptions/event.ts';
import { EXPORT, type ExportData } from './bulk/export-order.ts';
import { IMPORT, type ImportData } from './bulk/import-order.ts';
import { MEMBER_MATCH } from './member-match/order.ts';
import { inputOf, parametersReply } from './parameters.ts';

const MOST_SUBSCRIPTIONS = 500;
const MOST_JOBS = 200;
/** Their criteria are read each time, in turns. */
const breath = createBreath();

export const oversees = ({ staff }: AccessContext): boolean => staff?.oversees === true;

export async function exchangeState(services: Services, request: FhirRequest): Promise<Reply> {
  inputOf(request, {});
  const { access } = request;
  requireReadCondition(access, 'Subscription', 's');
  if (!oversees(access)) throw forbidden('What others exchange is for roles that oversee it.');
  const found = await services.repository.find(
    onBehalf(access, 'system/Subscription.s'),
    'Subscription',
    // A page that is open somewhere, gone with it: there is nothing to look after.
    not({ kind: 'token', param: 'type', code: 'websocket' }),
    MOST_SUBSCRIPTIONS,
  );
  const parts: object[] = [];
  for (const version of found) {
    await breath();
    parts.push(await subscriptionPart(services, version));
  }
  const jobs = await services.jobs.list([EXPORT, IMPORT, MEMBER_MATCH], MOST_JOBS);
  return parametersReply(...parts, ...jobs.map(jobPart));
}

async function subscriptionPart({ subscriptions }: Services, version: StoredVersion): Promise<object> {
  const resource = resourceOf<ResourceJson & Asked>(version);
  const plan = planOf(subscriptions, version);
  const [{ events, fault }, letters] = await Promise.all([
    subscriptions.state(version.id),
    subscriptions.deadLetters(version.id),
  ]);
  const types = [...new Set(plan?.clauses.map(({ type }) => type) ?? [])];
  const told = resource.error ?? fault;
  const host = hostOf(plan?.channel.endpoint);
  return {
    name: 'subscription',
    part: [
      { name: 'id', valueId: version.id },
      { name: 'status', valueCode: resource.status },
      { name: 'channel', valueCode: resource.channel?.type },
      ...types.map((type) => ({ name: 'type', valueCode: type })),
      ...(host ? [{ name: 'host', valueString: host }] : []),
      ...makerParts(groundOf(resource)),
      { name: 'events', valueInteger: events },
      { name: 'given-up', valueInteger: countOf(letters) },
      { name: 'replaying', valueBoolean: letters.some(({ isDue }) => isDue === true) },
      ...(told ? [{ name: 'fault', valueString: withoutAddresses(told) }] : []),
    ],
  };
}

interface Asked {
  readonly status?: string;
  readonly error?: string;
  readonly channel?: { readonly type?: string };
}

/** One that can't be worked by any more is told with the rest. */
function planOf(subscriptions: Services['subscriptions'], { body = '{}' }: StoredVersion) {
  try {
    return subscriptions.plan(body);
  } catch {
    return undefined;
  }
}

function jobPart({ id, kind, state, grounds, created, ended, expires, progress, failure, data }: JobRecord) {
  const at = (name: string, ms: number | undefined): object[] =>
    ms === undefined ? [] : [{ name, valueInstant: new Date(ms).toISOString() }];
  return {
    name: 'job',
    part: [
      { name: 'id', valueId: id },
      { name: 'kind', valueCode: kind },
      { name: 'status', valueCode: state },
      ...makerParts(grounds),
      ...at('begun', created),
      ...at('ended', ended),
      ...at('expires', expires),
      ...whatParts(kind, data),
      ...(progress === '' ? [] : [{ name: 'progress', valueString: progress }]),
      ...(failure ? [{ name: 'fault', valueString: withoutAddresses(failure.text) }] : []),
    ],
  };
}

function whatParts(kind: string, data: unknown): object[] {
  if (kind === EXPORT || kind === MEMBER_MATCH) {
    const { order, resources, files } = data as ExportData;
    return [
      ...(kind === EXPORT ? [{ name: 'level', valueCode: order.level }] : []),
      ...order.types.map(({ type }) => ({ name: 'type', valueCode: type })),
      { name: 'resources', valueInteger: resources },
      { name: 'files', valueInteger: files.length },
    ];
  }
  const { counts } = data as ImportData;
  return [
    ...Object.keys(counts).map((type) => ({ name: 'type', valueCode: type })),
    { name: 'resources', valueInteger: Object.values(counts).reduce((sum, count) => sum + count, 0) },
  ];
}

/** Whose it is: the app, and who signed in to it. */
const makerParts = (maker: Grounds | undefined): object[] => [
  ...(maker?.clientId ? [{ name: 'client', valueString: maker.clientId }] : []),
  ...(maker?.fhirUser
    ? [{ name: 'user', valueReference: { reference: `${maker.fhirUser.type}/${maker.fhirUser.id}` } }]
    : []),
];

/** A path, and whose mailbox it is, may be secret. */
function hostOf(endpoint: string | undefined): string | undefined {
  if (!endpoint || !URL.canParse(endpoint)) return undefined;
  const { protocol, host, pathname } = new URL(endpoint);
  return protocol === 'mailto:' ? pathname.split('@').at(-1) : host;
}

const withoutAddresses = (text: string): string =>
  text.replace(/https?:\/\/([^/\s'"]+)[^\s'"]*/g, (_, host: string) => host.split('@').at(-1) ?? '');
