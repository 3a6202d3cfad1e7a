/** What a subscriber is told of events, by what they may see now. What they may not see any more keeps its number, and nothing else. */
import type { AccessContext } from '../../access/access-context.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import { createTrail } from '../../audit/trail.ts';
import { includedResources } from '../../interactions/include.ts';
import type { Compose } from '../../interactions/request.ts';
import type { Repository } from '../../repository/repository.ts';
import type { StoredVersion } from '../../store/store.ts';
import type { SubscriptionEvent } from '../../subscriptions/event.ts';
import type { Told } from '../../subscriptions/notification.ts';
import type { Plan } from '../../subscriptions/plan.ts';
import { type ReadShape, readShape } from '../../subscriptions/shape.ts';

interface Tells {
  readonly repository: Repository;
  readonly access: AccessContext;
  readonly plan: Pick<Plan, 'content' | 'shapes'>;
  readonly now: () => number;
}

/** Events whose versions are read in one go: no more are held than have to be where they are long. */
const AT_ONCE = 16;
/** Resources that go along with one event. */
const MOST_INCLUDED = 100;

/** What goes out whole is in the audit log before it goes. */
export function createCompose(
  repository: Repository,
  audit: Pick<AuditLog, 'append'>,
  now: () => number,
): Compose {
  return async (access, plan, events) => {
    if (plan.content === 'empty') return events.map((event) => ({ event, isShown: false, body: undefined }));
    const who = {
      subject: access.subject,
      client: access.clientId,
      requestId: `subscription-${plan.id}`,
      ...(access.fhirUser ? { fhirUser: `${access.fhirUser.type}/${access.fhirUser.id}` } : {}),
    };
    const trail = createTrail(who);
    // Of a name nobody has read anything.
    const reader = plan.content === 'full-resource' ? { ...access, trail } : access;
    const tells: Tells = { repository, access: reader, plan, now };
    const told: Told[] = [];
    for (let from = 0; from < events.length; from += AT_ONCE)
      told.push(...(await tellTogether(tells, events.slice(from, from + AT_ONCE))));
    const rows = trail.touched.map((each) => ({ at: now(), status: 200, ...who, ...each }));
    if (rows.length > 0) await audit.append(rows);
    return told;
  };
}

async function tellTogether(tells: Tells, events: readonly SubscriptionEvent[]): Promise<Told[]> {
  const { repository, access, plan } = tells;
  const seen = await repository.versionsSeen(access, events);
  if (plan.content === 'full-resource') await repository.noteVersions(access, seen.filter(isThere));
  const told: Told[] = [];
  for (const [i, event] of events.entries()) told.push(await tell(tells, event, seen[i]));
  return told;
}

const isThere = (version: StoredVersion | undefined): version is StoredVersion => version?.body !== undefined;

async function tell(
  tells: Tells,
  event: SubscriptionEvent,
  version: StoredVersion | undefined,
): Promise<Told> {
  const { repository, plan, now } = tells;
  const isShown = version !== undefined;
  if (!isThere(version)) return { event, isShown, body: undefined };
  const shape = readShape(plan.shapes, event.type, { baseUrl: repository.baseUrl, now });
  const isWhole = plan.content === 'full-resource';
  const included = shape && (await alongWith(tells, version, shape));
  return {
    event,
    isShown,
    body: isWhole ? version.body : undefined,
    ...(included
      ? { included: included.map(({ type, id, body }) => ({ type, id, body: isWhole ? body : undefined })) }
      : {}),
  };
}

/** As it stands now, and as far as the subscriber may see it. */
async function alongWith(
  { repository, access }: Tells,
  version: StoredVersion,
  shape: ReadShape,
): Promise<readonly StoredVersion[]> {
  const services = { repository, limits: { maxIncluded: MOST_INCLUDED } };
  const { resources } = await includedResources(services, access, shape, [version]);
  await repository.noteIncluded(access, resources);
  return resources;
}
