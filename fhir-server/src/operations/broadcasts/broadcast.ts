/**
 * Something to many at once, for roles whose policy lets them (`broadcasts` in role-policy.json). All three take and give FHIR:
 *
 * - `CommunicationRequest/$recipients`: how many patients a draft means, who of them is left out and why, and the first by name. Nothing is stored.
 * - `CommunicationRequest/$broadcast`: sends it, in the background (jobs/broadcast). `expected` is the number that was confirmed; 409 where it is another by now. The
 *   same draft again (`identifier` of `urn:wellspring:sent`) is the same broadcast; 409 where it says something else.
 * - `CommunicationRequest/[id]/$stop`: nobody else gets it. What was sent stays.
 *
 * `Group/$for-broadcasts` names the Groups that there are; who is in them it does not say.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { businessRule, conflict, invalid, invalidResource, throttled } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import { onBehalf } from '../../access/on-behalf.ts';
import { BROADCAST } from '../../access/reach.ts';
import { withoutEmergency } from '../../access/staff-writes.ts';
import { groundsIn } from '../../access/standing.ts';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import { resourceIssues } from '../../repository/checks/check-resource.ts';
import { type ResourceJson, resourceOf } from '../../repository/text/resource-text.ts';
import { makeReferencesLocal } from '../../search/own-references.ts';
import { tokenNode } from '../../search/types/token.ts';
import { wholeAccess } from '../bulk/import-order.ts';
import { inputOf, jsonReply, type OperationInput, parametersReply } from '../parameters.ts';
import {
  BROADCAST_JOB,
  type BroadcastOrder,
  contentOf,
  type Draft,
  RECIPIENTS,
  recipientsAsked,
  requestOf,
  requireBroadcasts,
  type Sender,
} from './order.ts';
import { type Recipients, recipientsOf } from './recipients.ts';
import { ensureStored, STOPPABLE } from './stored-request.ts';

const SENT = 'urn:wellspring:sent';
const MOST_OPEN = 20;
const BUSY_SECONDS = 60;
const MOST_GROUPS = 200;

export async function previewRecipients(services: Services, request: FhirRequest): Promise<Reply> {
  const { access } = request;
  const most = requireBroadcasts(access);
  const draft = draftOf(services, inputOf(request, { request: 'resource' }));
  const { ids, first, leftOut } = await recipientsOf(
    services,
    withoutEmergency(access),
    recipientsAsked(draft),
  );
  await services.repository.noteIncluded(
    access,
    first.map(({ version }) => version),
  );
  return parametersReply(
    { name: 'recipients', valueInteger: ids.length },
    { name: 'most', valueInteger: most },
    ...leftOutParts(leftOut),
    ...first.map(({ id, name }) => ({
      name: 'first',
      valueReference: { reference: `Patient/${id}`, ...(name === '' ? {} : { display: name }) },
    })),
  );
}

const leftOutParts = (leftOut: Recipients['leftOut']): object[] =>
  [...leftOut].map(([why, count]) => ({
    name: 'left-out',
    part: [
      { name: 'why', valueCode: why },
      { name: 'count', valueInteger: count },
    ],
  }));

export async function broadcast(services: Services, request: FhirRequest): Promise<Reply> {
  const { access } = request;
  const most = requireBroadcasts(access);
  const input = inputOf(request, { request: 'resource', expected: 'number' });
  const draft = draftOf(services, input);
  const id = idOf(access, draft) ?? services.repository.newId();
  const content = contentOf(draft);
  const known = (await services.jobs.find(id))?.data as BroadcastOrder | undefined;
  if (known && !isDeepStrictEqual(known.content, JSON.parse(JSON.stringify(content))))
    throw conflict('It was sent already, and said something else. Look at what was sent.');
  if (known) return stored(services, access, known.request, id);
  const { ids, leftOut, asks } = await recipientsOf(
    services,
    withoutEmergency(access),
    recipientsAsked(draft),
  );
  checkNumber(input.one('expected'), ids.length, most);
  if ((await services.jobs.openOf(BROADCAST_JOB, access.clientId)) >= MOST_OPEN)
    throw throttled(BUSY_SECONDS);
  const from = await senderOf(services, access);
  const at = new Date(services.now()).toISOString();
  const progress = { recipients: ids.length, done: 0, sent: 0, leftOut: Object.fromEntries(leftOut) };
  const order: BroadcastOrder = {
    access: wholeAccess(request.access),
    content,
    from,
    request: requestOf(draft, { id, content, from, at, asks }, progress),
  };
  await checkStorable(services, access, order.request);
  // The job before what tells of it: whatever happens in between, what is begun is done.
  await services.jobs.begin({
    id,
    kind: BROADCAST_JOB,
    grounds: groundsIn(access),
    data: order,
    parts: { [RECIPIENTS]: JSON.stringify(ids) },
  });
  access.trail?.note({
    action: 'E',
    interaction: '$broadcast',
    type: 'CommunicationRequest',
    id,
    patients: [],
  });
  return stored(services, access, order.request, id);
}

async function stored(
  { repository }: Services,
  access: AccessContext,
  request: ResourceJson,
  id: string,
): Promise<Reply> {
  const found = await ensureStored(repository, access, request, id);
  return jsonReply(resourceOf(found), 201, {
    Location: `${repository.baseUrl}/CommunicationRequest/${id}`,
  });
}

/** What can't be stored is refused before anything is begun. */
async function checkStorable(
  { repository }: Services,
  access: AccessContext,
  request: ResourceJson,
): Promise<void> {
  const [payload] = request.payload as { contentReference?: { reference: string } }[];
  const [type, id] = payload?.contentReference?.reference.split('/') ?? [];
  if (type && id) await repository.read(access, type, id);
}

export async function stopBroadcast(services: Services, request: FhirRequest): Promise<Reply> {
  const { access, id } = request;
  requireBroadcasts(access);
  inputOf(request, {});
  const { repository } = services;
  for (;;) {
    const found = await repository.read(access, 'CommunicationRequest', id);
    const resource = resourceOf<ResourceJson & { status?: string }>(found);
    if (!isBroadcast(resource)) throw businessRule('This is no broadcast.', 'CommunicationRequest.category');
    if (resource.status === 'revoked') return jsonReply(resource);
    if (!STOPPABLE.has(String(resource.status))) throw conflict('It is over: everybody has got it.');
    const stopped = { ...resource, status: 'revoked', statusReason: { text: 'Stopped' } };
    try {
      const [written] = await repository.write(onBehalf(access, 'system/CommunicationRequest.u'), [
        { interaction: 'update', resource: stopped, id, expectedVersion: found.version },
      ]);
      return jsonReply(resourceOf({ body: written?.version?.body }));
    } catch (error) {
      // It went on between reading and writing: what it says now is stopped.
      if ((error as { status?: number }).status !== 412) throw error;
    }
  }
}

const isBroadcast = ({ identifier }: ResourceJson): boolean =>
  ((identifier as { system?: string }[] | undefined) ?? []).some(({ system }) => system === BROADCAST);

export async function groupsForBroadcasts(services: Services, request: FhirRequest): Promise<Reply> {
  requireBroadcasts(request.access);
  inputOf(request, {});
  const groups = await services.repository.find(
    onBehalf(request.access, 'system/Group.s'),
    'Group',
    tokenNode('type', 'person'),
    MOST_GROUPS,
  );
  return parametersReply(
    ...groups.flatMap((found) => {
      const { name, active } = resourceOf<ResourceJson & { name?: string; active?: boolean }>(found);
      if (active === false) return [];
      return {
        name: 'group',
        valueReference: { reference: `Group/${found.id}`, ...(name ? { display: name } : {}) },
      };
    }),
  );
}

function draftOf({ repository }: Services, input: OperationInput): Draft {
  const draft = input.value('request') as ResourceJson | undefined;
  if (draft?.resourceType !== 'CommunicationRequest')
    throw invalid("'request' takes a CommunicationRequest.", 'Parameters.parameter');
  const faults = resourceIssues(draft).filter(({ severity }) => severity === 'error');
  if (faults.length > 0) throw invalidResource(faults);
  makeReferencesLocal(draft, repository.baseUrl);
  return draft as Draft;
}

/** The same for the same draft of the same person: an answer that got lost is found again. */
function idOf({ subject }: AccessContext, { identifier }: Draft): string | undefined {
  const sent = identifier?.find(({ system, value }) => system === SENT && value)?.value;
  if (sent === undefined) return undefined;
  return createHash('sha256')
    .update(JSON.stringify([subject, sent]))
    .digest('hex')
    .slice(0, 40);
}

function checkNumber(expected: string | undefined, number: number, most: number): void {
  if (expected === undefined || !/^\d{1,9}$/.test(expected))
    throw invalid("'expected' takes the number of patients that was confirmed.", 'Parameters.parameter');
  if (number !== Number(expected))
    throw conflict(`It would go to ${number} patients by now, not to ${expected}. Look at it again.`);
  if (number === 0) throw businessRule('There is nobody to send it to.', 'CommunicationRequest.recipient');
  if (number > most)
    throw businessRule(`Your role sends to ${most} patients at most.`, 'CommunicationRequest.recipient');
}

async function senderOf({ repository }: Services, { staff }: AccessContext): Promise<Sender> {
  const author = `Practitioner/${staff?.member.practitioner}`;
  const authorName = (await repository.nameOf(author)) ?? '';
  const [sender] = staff?.broadcastsFor ?? [];
  return {
    author,
    authorName,
    sender: sender ?? author,
    senderName: (sender && (await repository.nameOf(sender))) || authorName,
  };
}
