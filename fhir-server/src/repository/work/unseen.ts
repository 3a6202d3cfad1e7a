/** What the patient wrote in a conversation that nobody of the clinic has seen: it does not end with an answer to what they wrote before, nor with a message that is taken back. */
import type { ResourceStore } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import { type ResourceJson, resourceOf } from '../text/resource-text.ts';
import type { Known } from './result-work.ts';
import { isAnswer, workOf } from './work-kinds.ts';

/** The newest of a patient's that are looked at. */
const MOST_MESSAGES = 100;
const BY_THE_PATIENT = { isPatientSide: true, isSystem: false };

interface Ending {
  /** The clinic's answer, or what is taken back. */
  readonly resource: ResourceJson;
  readonly id: string;
  readonly patient: string;
}

/** `isOfConversation`: of `Communication/id`. */
export async function leavesUnseen(
  store: ResourceStore,
  known: Known,
  { resource, id, patient }: Ending,
  isOfConversation: (name: string) => Promise<boolean>,
): Promise<boolean> {
  const seen = isAnswer(resource) ? await answeredAt(store, known, resource) : 0;
  if (seen === undefined) return false;
  const { matches } = await store.search({
    type: 'Communication',
    where: { kind: 'owner', patients: [patient] },
    sort: [{ by: 'mainDate', descending: true }],
    count: MOST_MESSAGES,
    total: 'none',
  });
  const others = matches
    .filter((each) => each.id !== id)
    .map((each) => ({
      name: `Communication/${each.id}`,
      message: known.get(`Communication/${each.id}`) ?? resourceOf(each),
    }))
    .map((each) => ({ ...each, at: sentAt(each.message) }))
    .filter(({ at }) => at > seen)
    .toSorted((a, b) => b.at - a.at);
  for (const { name, message } of others) {
    const isTheirs = workOf(message, BY_THE_PATIENT) !== undefined;
    if (!(isTheirs || isAnswer(message)) || !(await isOfConversation(name))) continue;
    // The newest of all that is said: the clinic's word was the last one, or the patient's is.
    return isTheirs;
  }
  return false;
}

/** When what it answers was written; undefined: it names no message (but the header of a conversation, or nothing), and answers all that is there. */
async function answeredAt(
  store: ResourceStore,
  known: Known,
  answer: ResourceJson,
): Promise<number | undefined> {
  const name = (answer.inResponseTo as { reference?: string }[] | undefined)?.[0]?.reference ?? '';
  if (!name.startsWith('Communication/')) return undefined;
  const answered = known.get(name) ?? (await storedResource(store, name))?.resource;
  const at = answered?.payload === undefined ? Number.NaN : sentAt(answered);
  return Number.isNaN(at) ? undefined : at;
}

/** Not after it came here, whatever the clock of a device says. */
function sentAt({ sent, meta }: ResourceJson): number {
  const { lastUpdated } = (meta ?? {}) as { lastUpdated?: string };
  const at = Date.parse(String(sent ?? lastUpdated ?? ''));
  return Math.min(at, lastUpdated === undefined ? at : Date.parse(lastUpdated));
}
