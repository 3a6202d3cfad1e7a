/** Messages on their way out: kept in the store until they are sent, and only sealed, since links and codes are secrets. */
import { randomUUID } from 'node:crypto';
import type { Seal } from '../crypto/seal.ts';
import { artifact, type Storage } from '../storage/storage.ts';
import type { Message } from './message.ts';

export const MESSAGE_MODEL = 'Message';
export const MESSAGE_LIFE_MS = 86_400_000;

export interface Outbox {
  /** Resolves once the message can't be lost any more; it is sent soon after. */
  send(message: Message): Promise<void>;
}

/** `onNew` is called when there is something to send. */
export function createOutbox(
  storage: Storage,
  seal: Seal,
  now: () => number,
  onNew: () => void = () => {},
): Outbox {
  return {
    async send(message) {
      const payload = { sealed: seal.seal(JSON.stringify(message)), attempts: 0, nextAt: now() };
      await storage.saveArtifact(
        artifact(MESSAGE_MODEL, randomUUID(), payload, { expiresAt: now() + MESSAGE_LIFE_MS }),
      );
      onNew();
    },
  };
}
