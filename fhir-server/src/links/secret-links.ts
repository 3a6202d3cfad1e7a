/**
 * Links that open a part of a record for whoever has them, until they end: a calendar feed, a shared summary. The secret in the link is random (256 bits) and is
 * kept as its digest only; a link belongs to one patient, who sees and ends it. Kept in the store's notes, so that they outlive a restart and hold for
 * every process.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { ResourceStore } from '../store/store.ts';

export type LinkKind = 'calendar' | 'share';
export type LinkData = Readonly<Record<string, unknown>>;

export interface Link {
  /** Names the link to its owner; opens nothing. */
  readonly id: string;
  readonly patient: string;
  /** Milliseconds. */
  readonly made: number;
  readonly data: LinkData;
}

export interface SecretLinks {
  newId(): string;
  /** `file`: text that goes with the link. Returns the secret, which is known nowhere afterwards. */
  make(link: Omit<Link, 'made'> & { readonly kind: LinkKind }, file?: string): Promise<string>;
  find(kind: LinkKind, secret: string): Promise<Link | undefined>;
  file(kind: LinkKind, secret: string): Promise<string | undefined>;
  /** What is known of the link changes by `next`, however many do so at once; undefined: it has ended. */
  change(kind: LinkKind, secret: string, next: (link: Link) => LinkData): Promise<Link | undefined>;
  /** Of one patient, the newest first. */
  of(kind: LinkKind, patient: string): Promise<Link[]>;
  /** False when the patient has no such link. */
  end(kind: LinkKind, patient: string, id: string): Promise<boolean>;
}

type Notes = Pick<ResourceStore, 'getNote' | 'setNote' | 'swapNote' | 'notes'>;

const SECRET_BYTES = 32;
const ID_BYTES = 9;
const MOST = 100;

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const linkNote = (kind: LinkKind, hash: string): string => `link/${kind}/${hash}`;
const fileNote = (kind: LinkKind, hash: string): string => `link-file/${kind}/${hash}`;
const ownNotes = (kind: LinkKind, patient: string): string => `link-of/${kind}/${patient}/`;

export function createSecretLinks(notes: Notes, now: () => number): SecretLinks {
  const read = async (name: string): Promise<Link | undefined> => {
    const text = await notes.getNote(name);
    return text === undefined ? undefined : (JSON.parse(text) as Link);
  };
  async function of(kind: LinkKind, patient: string): Promise<Link[]> {
    const prefix = ownNotes(kind, patient);
    const listed = await notes.notes(prefix, `${prefix}\uffff`, MOST);
    const links = await Promise.all(listed.map(({ value }) => read(linkNote(kind, value))));
    return links.filter((link) => link !== undefined).sort((a, b) => b.made - a.made);
  }
  return {
    newId: () => randomBytes(ID_BYTES).toString('base64url'),
    async make({ kind, id, patient, data }, file) {
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      const hash = digest(secret);
      const [newest] = await of(kind, patient);
      // Later than those before it, also in the same millisecond.
      const made = Math.max(now(), (newest?.made ?? 0) + 1);
      const link: Link = { id, patient, made, data };
      if (file !== undefined) await notes.setNote(fileNote(kind, hash), file);
      // What its owner can't see must not open: the list comes first.
      await notes.setNote(ownNotes(kind, patient) + link.id, hash);
      await notes.setNote(linkNote(kind, hash), JSON.stringify(link));
      return secret;
    },
    find: (kind, secret) => read(linkNote(kind, digest(secret))),
    file: (kind, secret) => notes.getNote(fileNote(kind, digest(secret))),
    async change(kind, secret, next) {
      const name = linkNote(kind, digest(secret));
      for (;;) {
        const before = await notes.getNote(name);
        if (before === undefined) return undefined;
        const link = JSON.parse(before) as Link;
        const changed: Link = { ...link, data: next(link) };
        if (await notes.swapNote(name, before, JSON.stringify(changed))) return changed;
      }
    },
    of,
    async end(kind, patient, id) {
      const own = ownNotes(kind, patient) + id;
      const hash = await notes.getNote(own);
      if (hash === undefined) return false;
      await notes.setNote(linkNote(kind, hash), undefined);
      await notes.setNote(fileNote(kind, hash), undefined);
      await notes.setNote(own, undefined);
      return true;
    },
  };
}
