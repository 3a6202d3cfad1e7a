/** Topics of subscriptions: this server's own, and those that administrators stored (subscriptions/topic.ts). */
import { businessRule, forbidden } from '@wellspring/profiles';
import type { QueryNode } from '../search/query.ts';
import type { ResourceStore } from '../store/store.ts';
import { OWN_TOPICS } from '../subscriptions/catalogue.ts';
import { readTrigger } from '../subscriptions/clauses.ts';
import { isTopic, TOPIC_CODE, type Topic, topicOf } from '../subscriptions/topic.ts';
import type { ResourceJson } from './text/resource-text.ts';

export interface Topics {
  readonly all: () => readonly Topic[];
  /** By `url` the newest of that name, by `url|version` that one. */
  find(canonical: string): Topic | undefined;
  /** Id of the Basic that is in force by this URL and version, or by this URL and none. */
  storedAs(topic: Topic): string | undefined;
  /** Reads what is stored. */
  refresh(): Promise<void>;
}

interface StoredTopic {
  readonly id: string;
  readonly topic: Topic;
}

const MOST = 1000;
const STORED: QueryNode = { kind: 'token', param: 'code', ...TOPIC_CODE };

export function createTopics(store: Pick<ResourceStore, 'search'>): Topics {
  let stored: readonly StoredTopic[] = [];
  let known = byName([]);
  return {
    all: () => [...OWN_TOPICS, ...stored.map(({ topic }) => topic)],
    find: (canonical) => known.get(canonical),
    storedAs: (topic) => stored.find((each) => isSame(each.topic, topic))?.id,
    async refresh() {
      const { matches } = await store.search({
        type: 'Basic',
        where: STORED,
        sort: [{ by: 'id', descending: false }],
        count: MOST,
        total: 'none',
      });
      stored = matches.flatMap(({ id, body }) => storedTopic(body).map((topic) => ({ id, topic })));
      known = byName(stored);
    },
  };
}

/** Of two that an older release let be called the same, the first by its id. */
function byName(stored: readonly StoredTopic[]): ReadonlyMap<string, Topic> {
  const known = new Map<string, Topic>();
  const put = (name: string, topic: Topic): void => {
    if (!known.has(name)) known.set(name, topic);
  };
  const newestFirst = stored
    .map(({ topic }) => topic)
    .sort((a, b) => byVersion.compare(b.version ?? '', a.version ?? ''));
  for (const topic of [...OWN_TOPICS, ...newestFirst]) {
    put(topic.url, topic);
    if (topic.version !== undefined) put(`${topic.url}|${topic.version}`, topic);
  }
  return known;
}

/** 1.10 after 1.9. */
const byVersion = new Intl.Collator('en', { numeric: true });

const isSame = (one: Topic, other: Topic): boolean => one.url === other.url && one.version === other.version;

/** One that was stored before it was checked, by an older release, is left out. */
function storedTopic(body: string | undefined): Topic[] {
  try {
    const topic = body === undefined ? undefined : topicOf(JSON.parse(body));
    return topic ? [topic] : [];
  } catch {
    return [];
  }
}

interface TopicRules {
  readonly topics: Topics;
  readonly baseUrl: string;
  readonly now: () => number;
}

/** Of a Basic: 422 for a topic that could never work. */
export function checkTopicItself(resource: ResourceJson, rules: Omit<TopicRules, 'topics'>): void {
  const topic = isTopic(resource) ? topicOf(resource) : undefined;
  if (!topic) return;
  for (const trigger of topic.triggers) readTrigger(trigger, rules);
}

/** Of a Basic: 422 for a topic that this server brings along. */
export function checkTopicIsNoOwn(resource: ResourceJson): void {
  const topic = isTopic(resource) ? topicOf(resource) : undefined;
  if (OWN_TOPICS.some(({ url }) => url === topic?.url))
    throw businessRule('This is a topic of the server’s own.', 'Basic.extension');
}

/**
 * Of a Basic that may work (checkTopicItself), to be stored under `id`, with `together` in the same commit: 422 for a topic that is called as another one is, 403 for
 * whoever does not administrate.
 */
export async function checkTopic(
  { resource, id }: { readonly resource: ResourceJson; readonly id: string },
  mayAdminister: boolean,
  rules: TopicRules,
  together: readonly ResourceJson[],
): Promise<void> {
  if (!isTopic(resource)) return;
  if (!mayAdminister) throw forbidden('Topics are kept by those who may write everybody’s records.');
  const topic = topicOf(resource);
  if (!topic) return;
  await rules.topics.refresh();
  const others = together.filter((each) => each !== resource && each.resourceType === 'Basic');
  const holder = rules.topics.storedAs(topic);
  // What the holder is to be is said in the same commit.
  const isHeld = holder !== undefined && holder !== id && !others.some((each) => each.id === holder);
  if (isHeld || others.some((each) => isCalled(each, topic)))
    throw businessRule('There is a topic of this URL and version already.', 'Basic.extension');
}

function isCalled(resource: ResourceJson, topic: Topic): boolean {
  const other = isTopic(resource) ? topicOf(resource) : undefined;
  return other !== undefined && isSame(other, topic);
}
