/** What the patient wrote in a conversation that nobody of the clinic has seen: it does not end with an answer to what they wrote before, nor with a message that is taken back. */
import type { ResourceStore } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import { type ResourceJson, resourceOf } from '../text/resource-text.ts';
import type { Known } from './result-work.ts';
import { isAnswer, workOf } from './work-kinds.ts';

/** The newest of a patient's that are looked at. */
const MOST_MESSAGES = 100;
const BY_THE_PATIENT = { isPatientSide: true, isSystem: false };

interface Conversation {
  readonly patient: string;
  /** `Communication/id` of what is no message of it: the answer itself, what is taken back or deleted. */
  readonly without: ReadonlySet<string>;
  /** Of `Communication/id`. */
  readonly holds: (name: string) => Promise<boolean>;
}

/** `Communication/id` of the first that the patient wrote since the clinic's last word. `answer`: the clinic's, which counts as that word for what was written before the message that it names. */
export async function firstUnseen(
  store: ResourceStore,
  known: Known,
  { patient, without, holds }: Conversation,
  answer?: ResourceJson,
): Promise<string | undefined> {
  const seen = answer ? await answeredAt(store, known, answer) : 0;
  if (seen === undefined) return undefined;
  const { matches } = await store.search({
    type: 'Communication',
    where: { kind: 'owner', patients: [patient] },
    sort: [{ by: 'mainDate', descending: true }],
    count: MOST_MESSAGES,
    total: 'none',
  });
  const others = matches
    .map((each) => ({
      name: `Communication/${each.id}`,
      message: known.get(`Communication/${each.id}`) ?? resourceOf(each),
    }))
    .filter(({ name }) => !without.has(name))
    .map((each) => ({ ...each, at: sentAt(each.message) }))
    .filter(({ at }) => at > seen)
    .toSorted((a, b) => b.at - a.at);
  let first: string | undefined;
  for (const { name, message } of others) {
    const isTheirs = workOf(message, BY_THE_PATIENT) !== undefined;
    if (!(isTheirs || isAnswer(message)) || !(await holds(name))) continue;
    if (!isTheirs) break;
    first = name;
  }
  return first;
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
