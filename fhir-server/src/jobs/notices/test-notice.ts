/** A notice that somebody asks for, to see whether notices reach them: sent at once, quiet hours or not, and once a minute at most. */
import type { TestNotice } from '../../interactions/request.ts';
import type { ResourceStore } from '../../store/store.ts';
import type { Messenger } from './messenger.ts';

const EVERY_MS = 60_000;

export function createTestNotice(store: ResourceStore, messenger: Messenger, now: () => number): TestNotice {
  return async (patient) => {
    const contact = await messenger.contact(patient);
    if (!contact) return { kind: 'nobody' };
    const note = `test-notice/${patient}`;
    const before = await store.getNote(note);
    const at = now();
    const left = Number(before ?? 0) + EVERY_MS - at;
    if (left > 0 || !(await store.swapNote(note, before, String(at))))
      return { kind: 'wait', seconds: Math.max(1, Math.ceil(left / 1000)) };
    try {
      const isSent = await messenger.send({ kind: 'test', patient, key: `test-${patient}-${at}` }, contact);
      return isSent ? { kind: 'sent', channel: contact.channel } : { kind: 'refused' };
    } catch {
      return { kind: 'away' };
    }
  };
}
