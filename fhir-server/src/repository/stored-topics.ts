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
  /** `url` or `url|version`; versions are not told apart. */
  find(url: string): Topic | undefined;
  /** Reads what is stored. */
  refresh(): Promise<void>;
}

const MOST = 1000;
const STORED: QueryNode = { kind: 'token', param: 'code', ...TOPIC_CODE };

export function createTopics(store: Pick<ResourceStore, 'search'>): Topics {
  const own = new Map(OWN_TOPICS.map((topic) => [topic.url, topic]));
  let stored = new Map<string, Topic>();
  return {
    all: () => [...own.values(), ...stored.values()],
    find(url) {
      const bare = url.split('|')[0] ?? '';
      return own.get(bare) ?? stored.get(bare);
    },
    async refresh() {
      const { matches } = await store.search({
        type: 'Basic',
        where: STORED,
        sort: [{ by: 'id', descending: false }],
        count: MOST,
        total: 'none',
      });
      stored = new Map(matches.flatMap(({ body }) => storedTopic(body)).map((topic) => [topic.url, topic]));
    },
  };
}

/** One that was stored before it was checked, by an older release, is left out. */
function storedTopic(body: string | undefined): Topic[] {
  try {
    const topic = body === undefined ? undefined : topicOf(JSON.parse(body));
    return topic ? [topic] : [];
  } catch {
    return [];
  }
}

/** Of a Basic that is to be stored: 422 for a topic that could never work, 403 for whoever does not administrate. */
export function checkTopic(
  resource: ResourceJson,
  mayAdminister: boolean,
  context: { readonly baseUrl: string; readonly now: () => number },
): void {
  if (!isTopic(resource)) return;
  if (!mayAdminister) throw forbidden('Topics are kept by those who may write everybody’s records.');
  const topic = topicOf(resource);
  if (topic && OWN_TOPICS.some(({ url }) => url === topic.url))
    throw businessRule('This is a topic of the server’s own.', 'Basic.extension');
  for (const trigger of topic?.triggers ?? []) readTrigger(trigger, context);
}
