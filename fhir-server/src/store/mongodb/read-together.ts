/**
 * Current versions of many resources that are asked for in one go, by one command: what is looked at before a Bundle is written would else be a command an entry, however it is
 * asked for.
 */
import { type ResourceDocument, WITHOUT_INDEX } from './documents.ts';
import { options, type Reader } from './reader.ts';
import { findCurrent } from './search.ts';

type Found = ResourceDocument | undefined;

/** A few thousand resources of the usual length are some megabytes. */
const MOST = 1000;

export function createReadTogether(reader: Reader): (type: string, id: string) => Promise<Found> {
  let asked = new Map<string, PromiseWithResolvers<Found>>();

  async function answer(waiting: ReadonlyMap<string, PromiseWithResolvers<Found>>): Promise<void> {
    const names = [...waiting.keys()];
    try {
      for (const [name, found] of await read(reader, names)) waiting.get(name)?.resolve(found);
      for (const { resolve } of waiting.values()) resolve(undefined);
    } catch (error) {
      for (const { reject } of waiting.values()) reject(error);
    }
  }

  return (type, id) => {
    const name = `${type}/${id}`;
    if (asked.size === 0) {
      const waiting = asked;
      // Whoever asks for many has asked for all of them by then.
      queueMicrotask(() => {
        asked = new Map();
        void answer(waiting);
      });
    }
    const known = asked.get(name) ?? Promise.withResolvers<Found>();
    asked.set(name, known);
    return known.promise;
  };
}

async function read(reader: Reader, names: readonly string[]): Promise<[string, Found][]> {
  const [name = ''] = names;
  if (names.length === 1) {
    const at = name.indexOf('/');
    return [[name, await findCurrent(reader, name.slice(0, at), name.slice(at + 1))]];
  }
  const found: [string, Found][] = [];
  for (let from = 0; from < names.length; from += MOST) {
    const some = { _id: { $in: names.slice(from, from + MOST) } };
    const documents = await reader.collections.resources
      .find(some, { projection: WITHOUT_INDEX, ...options(reader) })
      .toArray();
    found.push(...documents.map((document): [string, Found] => [document._id, document]));
  }
  return found;
}
