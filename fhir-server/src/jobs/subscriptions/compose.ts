/** What a subscriber is told of events, by what they may see now. What they may not see any more keeps its number, and nothing else. */
import type { AccessContext } from '../../access/access-context.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import { createTrail } from '../../audit/trail.ts';
import type { Compose } from '../../interactions/request.ts';
import type { Repository } from '../../repository/repository.ts';
import type { SubscriptionEvent } from '../../subscriptions/event.ts';
import type { Told } from '../../subscriptions/notification.ts';
import type { Content } from '../../subscriptions/plan.ts';

/** What goes out whole is in the audit log before it goes. */
export function createCompose(
  repository: Repository,
  audit: Pick<AuditLog, 'append'>,
  now: () => number,
): Compose {
  return async (access, subscription, events, content) => {
    if (content === 'empty') return events.map((event) => ({ event, isShown: false, body: undefined }));
    const who = {
      subject: access.subject,
      client: access.clientId,
      requestId: `subscription-${subscription}`,
      ...(access.fhirUser ? { fhirUser: `${access.fhirUser.type}/${access.fhirUser.id}` } : {}),
    };
    const trail = createTrail(who);
    const told: Told[] = [];
    for (const event of events) told.push(await tell(repository, { ...access, trail }, event, content));
    const rows = trail.touched.map((each) => ({ at: now(), status: 200, ...who, ...each }));
    if (rows.length > 0) await audit.append(rows);
    return told;
  };
}

async function tell(
  repository: Repository,
  access: AccessContext,
  event: SubscriptionEvent,
  content: Content,
): Promise<Told> {
  const isShown = await repository.sees(access, event);
  if (!isShown || content === 'id-only' || event.change === 'delete')
    return { event, isShown, body: undefined };
  const { body } = await repository.vread(access, event.type, event.id, event.version);
  return { event, isShown, body };
}
