/** Sends what is in the outbox: one process a message (a lease), again after a failure, with longer and longer waits, for a day. */

import { PermanentFailure } from '@wellspring/serving/message-ways';
import { hoursLine, type Open } from '@wellspring/serving/opening-hours';
import type { Logger } from 'pino';
import type { Seal } from '../crypto/seal.ts';
import { type Artifact, artifact, type Storage } from '../storage/storage.ts';
import type { Message, Senders } from './message.ts';
import { MESSAGE_LIFE_MS, MESSAGE_MODEL } from './outbox.ts';

const SENT_MODEL = 'SentMessage';
const LEASE_MS = 60_000;
const EVERY_MS = 5000;
const SOON_MS = 100;
const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 3_600_000;

export interface DeliveryDependencies {
  readonly storage: Storage;
  readonly seal: Seal;
  readonly senders: Senders;
  readonly now: () => number;
  readonly log: Logger;
  /** How it is reached: at the end of every mail. */
  readonly clinic: () => Promise<{
    readonly name: string;
    readonly phone?: string | undefined;
    readonly address?: string | undefined;
    readonly hours?: readonly Open[];
  }>;
  /** Keeps what was sent for a day, for the outbox page of developers. */
  readonly keepSent: boolean;
}

export interface Delivery {
  /** Returns how many were sent. */
  deliverDue(): Promise<number>;
  /** There is something new. */
  kick(): void;
  start(): void;
  /** Resolves when what is under way has ended. */
  stop(): Promise<void>;
}

export function createDelivery(dependencies: DeliveryDependencies): Delivery {
  const { storage, seal, senders, now, log, clinic, keepSent } = dependencies;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> | undefined;
  let again = false;
  let soon: NodeJS.Timeout | undefined;

  async function deliverDue(): Promise<number> {
    let sent = 0;
    const messages = await storage.listArtifacts(MESSAGE_MODEL);
    const due = messages.filter(({ payload }) => Number(payload.nextAt) <= now());
    for (const waiting of due.sort((a, b) => Number(a.payload.nextAt) - Number(b.payload.nextAt))) {
      const isMine = await storage.consumeArtifact(MESSAGE_MODEL, waiting.id, now(), now() - LEASE_MS);
      if (isMine && (await deliver(waiting))) sent += 1;
    }
    return sent;
  }

  async function deliver(waiting: Artifact): Promise<boolean> {
    try {
      const message = await signed(JSON.parse(seal.unseal(String(waiting.payload.sealed))) as Message);
      if (message.channel === 'email') await senders.email(message);
      if (message.channel === 'sms') await senders.sms(message);
      await storage.removeArtifact(MESSAGE_MODEL, waiting.id);
      if (keepSent && message.channel !== 'none') await keep(waiting.id, message);
      return message.channel !== 'none';
    } catch (error) {
      await retry(waiting, error as Error);
      return false;
    }
  }

  async function signed(message: Message): Promise<Message> {
    if (message.channel !== 'email') return message;
    const { name, phone, address, hours = [] } = await clinic();
    const open = hoursLine(hours, message.language ?? 'en');
    const lines = [phone && `${name}: ${phone}`, address, open].filter(Boolean);
    return lines.length === 0 ? message : { ...message, text: `${message.text}\n\n${lines.join('\n')}` };
  }

  async function keep(id: string, message: Message): Promise<void> {
    const payload = { sealed: seal.seal(JSON.stringify(message)), at: now() };
    await storage.saveArtifact(artifact(SENT_MODEL, id, payload, { expiresAt: now() + MESSAGE_LIFE_MS }));
  }

  async function retry(waiting: Artifact, error: Error): Promise<void> {
    const attempts = Number(waiting.payload.attempts) + 1;
    const isLost = error instanceof PermanentFailure || !isReadable(waiting);
    // Neither address nor text: both are somebody's.
    log.warn({ message: waiting.id, attempts, failure: error.name, isLost }, 'a message was not sent');
    if (isLost) {
      await storage.removeArtifact(MESSAGE_MODEL, waiting.id);
      return;
    }
    const nextAt = now() + Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
    await storage.saveArtifact({
      ...waiting,
      consumedAt: undefined,
      payload: { ...waiting.payload, attempts, nextAt },
    });
  }

  /** One that was sealed under another key never will be. */
  function isReadable({ payload }: Artifact): boolean {
    try {
      seal.unseal(String(payload.sealed));
      return true;
    } catch {
      return false;
    }
  }

  /** What comes from then on waits for the next start. */
  let isStopped = false;

  function deliverInTurn(): void {
    if (running) {
      again = true;
      return;
    }
    running = deliverDue()
      .catch((error: unknown) => log.error({ err: error }, 'sending messages failed'))
      .finally(() => {
        running = undefined;
        if (again) {
          again = false;
          deliverInTurn();
        }
      });
  }

  return {
    deliverDue,
    kick() {
      if (isStopped) return;
      // Not in the turn of the request that asked for it: how long an answer takes must not tell whether a message is sent.
      soon ??= setTimeout(() => {
        soon = undefined;
        deliverInTurn();
      }, SOON_MS);
    },
    start() {
      timer = setInterval(deliverInTurn, EVERY_MS);
      deliverInTurn();
    },
    async stop() {
      isStopped = true;
      clearInterval(timer);
      clearTimeout(soon);
      again = false;
      await running;
    },
  };
}

export type SentMessage = Exclude<Message, { channel: 'none' }> & { readonly at: number };

/** Newest first. */
export async function listSent(storage: Storage, seal: Seal): Promise<readonly SentMessage[]> {
  const sent = await storage.listArtifacts(SENT_MODEL);
  return sent
    .map(
      ({ payload }) =>
        ({ ...JSON.parse(seal.unseal(String(payload.sealed))), at: Number(payload.at) }) as SentMessage,
    )
    .sort((a, b) => b.at - a.at);
}
