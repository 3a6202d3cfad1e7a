/** This browser as a device that is told of news by Web Push (https://www.w3.org/TR/push-api/). The service worker shows what comes, also while no tab is open. */
import { isCopyWanted } from './copy.ts';

export const canPush = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;

/** The person has said no to the browser itself: only its settings can change that. */
export const isPushRefused = (): boolean => Notification.permission === 'denied';

export interface Subscribed {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** Asks the person, by the browser's own question. Rejects when they say no, or the browser's push service is away. `publicKey`: of the server (VAPID). */
export async function subscribe(publicKey: string): Promise<Subscribed> {
  if ((await Notification.requestPermission()) !== 'granted') throw new Error('refused');
  await navigator.serviceWorker.register('/service-worker.js');
  const { pushManager } = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: publicKey };
  const found = await pushManager.subscribe(options).catch(async (error: DOMException) => {
    // Made with the key of a server before.
    if (error.name !== 'InvalidStateError') throw error;
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe(options);
  });
  const { endpoint = '', keys = {} } = found.toJSON();
  return { endpoint, p256dh: keys.p256dh ?? '', auth: keys.auth ?? '' };
}

async function ownSubscription(): Promise<PushSubscription | null> {
  const registration = canPush() ? await navigator.serviceWorker.getRegistration() : undefined;
  return (await registration?.pushManager?.getSubscription()) ?? null;
}

/** By which the server's list of devices names this one; undefined: it is not told of anything. */
export async function ownDigest(): Promise<string | undefined> {
  const own = await ownSubscription();
  if (!own) return undefined;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(own.endpoint));
  return [...new Uint8Array(digest)].map((each) => each.toString(16).padStart(2, '0')).join('');
}

/** Whoever else was told of theirs in this browser is not any more, either. */
export async function unsubscribe(): Promise<void> {
  await (await ownSubscription())?.unsubscribe();
  if (!isCopyWanted()) await (await navigator.serviceWorker.getRegistration())?.unregister();
}

const ANSWER = 'wellspring.push-offer';

/** Something was sent that an answer is expected to: now it makes sense to ask, once. */
export function offerPush(): void {
  if (canPush() && !isPushRefused() && localStorage.getItem(ANSWER) === null)
    sessionStorage.setItem(ANSWER, 'due');
}

export const isPushOffered = (): boolean => sessionStorage.getItem(ANSWER) === 'due';

export function answerPushOffer(): void {
  sessionStorage.removeItem(ANSWER);
  localStorage.setItem(ANSWER, 'answered');
}
