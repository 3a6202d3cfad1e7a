/**
 * Passwords: argon2id as a PHC string (RFC 9106; OWASP's 19 MiB, 2 passes, 1 lane), by node:crypto. Few at once, and a short queue: a flood of sign-ins
 * must not take the processor from everybody else.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2) as (
  algorithm: 'argon2id',
  parameters: {
    message: string;
    nonce: Buffer;
    memory: number;
    passes: number;
    parallelism: number;
    tagLength: number;
  },
) => Promise<Buffer>;

const MEMORY = 19_456;
const PASSES = 2;
const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
/** Longer ones are not worth the memory of hashing. */
export const MAX_PASSWORD = 256;
const MAX_WAITING = 100;

/** Too many passwords are being checked already. */
export class TooBusy extends Error {
  constructor() {
    super('too many passwords are being checked');
    this.name = 'TooBusy';
  }
}

export interface Passwords {
  /** Rejects with TooBusy. */
  hash(password: string): Promise<string>;
  /** Without a hash, the same work for nothing. Rejects with TooBusy. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

/** What is compared with when there is no such account. */
let hashOfNobody: Promise<string> | undefined;

export function createPasswords(atOnce: number): Passwords {
  const enter = createQueue(atOnce);
  // Before the first is looked at, so that no look takes longer.
  hashOfNobody ??= hashPassword(crypto.randomUUID());
  const nobody = hashOfNobody;
  return {
    hash: (password) => enter(() => hashPassword(password)),
    verify: (password, hash) =>
      enter(async () => {
        const right = await verifyPassword(password.slice(0, MAX_PASSWORD), hash ?? (await nobody));
        return right && hash !== undefined;
      }),
  };
}

function createQueue(atOnce: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async function enter<T>(work: () => Promise<T>): Promise<T> {
    if (running < atOnce) running += 1;
    else {
      if (waiting.length >= MAX_WAITING) throw new TooBusy();
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      // The place is handed on: nobody who comes in between takes another one.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive('argon2id', {
    message: password.normalize('NFKC'),
    nonce,
    memory: MEMORY,
    passes: PASSES,
    parallelism: 1,
    tagLength: 32,
  });
  return `$argon2id$v=19$m=${MEMORY},t=${PASSES},p=1$${unpadded(nonce)}$${unpadded(tag)}`;
}

export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [, memory, passes, parallelism, nonce, tag] = PHC.exec(hash) ?? [];
  if (!nonce || !tag) return false;
  const expected = Buffer.from(tag, 'base64');
  const found = await derive('argon2id', {
    message: password.normalize('NFKC'),
    nonce: Buffer.from(nonce, 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: expected.length,
  });
  return timingSafeEqual(found, expected);
}
