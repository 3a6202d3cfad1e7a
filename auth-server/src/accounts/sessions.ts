/** Where an account is signed in: one entry a session, with what the person can know it by; and the ends of sessions. */
import type { IncomingMessage } from 'node:http';
import Bowser from 'bowser';
import { digest } from '../crypto/secrets.ts';
import { isLasting, type LaunchContext, listLaunchContexts, revokeGrant } from '../launch/launch-context.ts';
import { type Account, type Artifact, artifact, type Endings, type Storage } from '../storage/storage.ts';
import { deviceName, forgetDevice } from './known-device.ts';

export interface SignedInSession {
  readonly uid: string;
  readonly device: Device;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** What a person knows their device by: no version numbers. What is left out is not known. */
export interface Device {
  readonly browser?: string;
  readonly system?: string;
}

const MODEL = 'SignedIn';
/** That a session has ended: a request that had read it before writes it again. */
const ENDED = 'SessionEnd';
const ENDED_KEPT_MS = 25 * 3_600_000;
/** By a mark: it was ended from the list of sessions, and with it what was made for it. */
const ENDED_FROM_LIST = 'SignInEnded';
/** What it ended is gone long before: the FHIR server asks after subscriptions each minute, and after devices that are told of news each day. */
const ENDED_FROM_LIST_KEPT_MS = 90 * 86_400_000;
/** Tickets that stand for a password. */
export const FRESH_SIGN_IN = 'FreshSignIn';
const KEPT_MS = 30 * 86_400_000;
const STEP_MS = 60_000;

interface Noted {
  readonly uid: string;
  readonly accountId: string;
  readonly request: IncomingMessage;
  /** The cookie by which the account knows the browser again. */
  readonly browser: string | undefined;
  readonly now: number;
}

export async function noteSession(
  storage: Storage,
  { uid, accountId, request, browser, now }: Noted,
): Promise<void> {
  const found = await storage.findArtifact(MODEL, uid);
  if (found && now - Number(found.payload.lastSeen) < STEP_MS) return;
  const payload = {
    device: found?.payload.device ?? deviceOf(request.headers['user-agent']),
    ...(browser === undefined ? {} : { browser: deviceName(browser) }),
    firstSeen: found?.payload.firstSeen ?? now,
    lastSeen: now,
  };
  await storage.saveArtifact(artifact(MODEL, uid, payload, { accountId, expiresAt: now + KEPT_MS }));
}

/** Those that are alive, the one used last first. */
export async function listSessions(storage: Storage, accountId: string): Promise<readonly SignedInSession[]> {
  const alive = new Set((await storage.listArtifacts('Session', accountId)).map(({ uid }) => uid));
  const noted = await storage.listArtifacts(MODEL, accountId);
  return noted
    .filter(({ id }) => alive.has(id))
    .map(({ id, payload }) => {
      const { device, firstSeen, lastSeen } = payload as Omit<SignedInSession, 'uid'>;
      return { uid: id, device, firstSeen, lastSeen };
    })
    .sort((a, b) => b.lastSeen - a.lastSeen);
}

/** Ends one session of the account, with the first-party and online access that was given in it. False when it is not theirs, or somebody else has ended it at the same moment. */
export async function endSession(storage: Storage, accountId: string, uid: string): Promise<boolean> {
  const session = (await storage.listArtifacts('Session', accountId)).find((each) => each.uid === uid);
  const isMine = session !== undefined && (await remove(storage, session));
  // A session may be over already, while its note is there; another person's is not theirs to end.
  if ((await storage.findArtifact(MODEL, uid))?.accountId === accountId)
    await storage.removeArtifact(MODEL, uid);
  // Whoever leaves leaves no way in without their password (X21).
  await storage.removeArtifactsOfAccount(FRESH_SIGN_IN, accountId);
  await revokeSessionGrants(storage, accountId, (each) => each === uid);
  return isMine;
}

/** What a sign-in, and the browser that it is in, are called where something is kept that was made there: tells nothing, opens nothing. */
export interface SignInMarks {
  readonly sign_in: string;
  /** undefined: the browser keeps no cookies of ours. */
  readonly device?: string;
}

const signInMark = (uid: string): string => digest(`sign-in ${uid}`);

export async function signInMarks(storage: Storage, uid: string): Promise<SignInMarks> {
  const device = (await storage.findArtifact(MODEL, uid))?.payload.browser;
  return { sign_in: signInMark(uid), ...(typeof device === 'string' && { device }) };
}

export const isOfSignIn = ({ sessionUid }: LaunchContext, mark: string): boolean =>
  sessionUid !== undefined && signInMark(sessionUid) === mark;

/** Whether the account's sign-in or browser was ended from its list of sessions. */
export const isEndedFromList = async (storage: Storage, accountId: string, mark: string): Promise<boolean> =>
  (await storage.findArtifact(ENDED_FROM_LIST, endingOf(accountId, mark))) !== undefined;

/** A browser may be one that others sign in from too, to whom the end of this account's sign-in is none. */
const endingOf = (accountId: string, mark: string): string => `${accountId} ${mark}`;

/**
 * Ends a session that somebody does not want any more, or does not know: with it what the clinic's own apps made for that device (subscriptions, what tells it of news),
 * in earlier sign-ins too. The browser is known no more: its next sign-in is told like that of a new device.
 */
export async function endDevice(
  storage: Storage,
  accountId: string,
  uid: string,
  ownUid: string | undefined,
  now: number,
): Promise<boolean> {
  const noted = await storage.findArtifact(MODEL, uid);
  if (noted?.accountId === accountId) {
    const own = ownUid === undefined ? undefined : await storage.findArtifact(MODEL, ownUid);
    const { browser } = noted.payload;
    // Whoever carried the cookies away is in the same browser as their owner, as far as can be told.
    const isOther = typeof browser === 'string' && browser !== own?.payload.browser;
    const expiresAt = now + ENDED_FROM_LIST_KEPT_MS;
    for (const mark of [signInMark(uid), ...(isOther ? [browser] : [])])
      await storage.saveArtifact(
        artifact(ENDED_FROM_LIST, endingOf(accountId, mark), {}, { accountId, expiresAt }),
      );
    if (isOther) await forgetDevice(storage, accountId, browser);
  }
  return endSession(storage, accountId, uid);
}

/** Whether it was ended, however: what is made in it by a request that was under way is to be taken back. */
export const isEnded = async (storage: Storage, uid: string): Promise<boolean> =>
  (await storage.findArtifact(ENDED, uid)) !== undefined;

/** To be asked after a session was written: it ends whichever of the two comes first. */
export async function removeIfEnded(storage: Storage, id: string, uid: string): Promise<void> {
  if (await isEnded(storage, uid)) await storage.removeArtifact('Session', id);
}

async function remove(storage: Storage, { id, uid }: Artifact): Promise<boolean> {
  if (uid) await storage.saveArtifact(artifact(ENDED, uid, {}, { expiresAt: Date.now() + ENDED_KEPT_MS }));
  return storage.removeArtifact('Session', id);
}

/** Whether a sign-in that was begun by the account as it was then may come to its end. */
export const isBegunSince = (begun: Pick<Account, 'signOuts'>, account: Account | undefined): boolean =>
  account !== undefined && !account.disabled && (account.signOuts ?? 0) === (begun.signOuts ?? 0);

/**
 * Ends all sessions of the account, but for one where it is given, all sign-ins that are under way, and what the clinic's own apps made to last as long as people are
 * signed in. What somebody set up to last (a calendar feed, a shared link) stays, and so do third-party apps with offline access.
 */
export const endSessions = (storage: Storage, accountId: string, exceptUid?: string): Promise<void> =>
  endAll(storage, accountId, exceptUid, false);

/** `isTakenBack`: from whoever had the account beside its owner (taken-back.ts). */
export async function endAll(
  storage: Storage,
  accountId: string,
  exceptUid: string | undefined,
  isTakenBack: boolean,
): Promise<void> {
  const ended = (each: Account): Account => ({ ...each, endings: nextEndings(each, isTakenBack) });
  await storage.updateAccount(accountId, (each) => ended({ ...each, signOuts: (each.signOuts ?? 0) + 1 }));
  await storage.removeArtifactsOfAccount(FRESH_SIGN_IN, accountId);
  for (const session of await storage.listArtifacts('Session', accountId)) {
    if (session.uid === exceptUid && exceptUid !== undefined) continue;
    await remove(storage, session);
    if (session.uid) await storage.removeArtifact(MODEL, session.uid);
  }
  await revokeSessionGrants(storage, accountId, (uid) => uid === undefined || uid !== exceptUid);
  // Again: until here a token of before could still be told of the number above.
  await storage.updateAccount(accountId, ended);
}

function nextEndings({ endings }: Account, isTakenBack: boolean): Endings {
  const count = (endings?.count ?? 0) + 1;
  return { count, takenBack: isTakenBack ? count : (endings?.takenBack ?? 0) };
}

/** What a session gave for as long as it lasts: the clinic's own apps, and whatever has no offline access. */
export async function revokeSessionGrants(
  storage: Storage,
  accountId: string,
  isOver: (sessionUid: string | undefined) => boolean,
): Promise<void> {
  for (const launch of await listLaunchContexts(storage, accountId))
    if (!isLasting(launch) && isOver(launch.sessionUid)) await revokeGrant(storage, launch.grantId);
}

const BROWSERS: ReadonlySet<string> = new Set(Object.values(Bowser.BROWSER_MAP));
const SYSTEMS: ReadonlySet<string> = new Set(Object.values(Bowser.OS_MAP));

/**
 * Names from the library's lists alone: of a browser that it does not know it takes whatever stands before a slash, and whoever signs in with a password that they found
 * out would write their words into the clinic's mail, and into the list of sessions.
 */
export function deviceOf(userAgent: string | undefined): Device {
  if (!userAgent) return {};
  const { browser, os } = Bowser.parse(userAgent.slice(0, 500));
  return {
    ...(browser.name && BROWSERS.has(browser.name) && { browser: browser.name }),
    ...(os.name && SYSTEMS.has(os.name) && { system: os.name }),
  };
}
