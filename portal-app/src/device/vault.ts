/**
 * What this browser keeps over a reload, sealed: AES-256-GCM under a key that no script can take out (WebCrypto, not extractable), in IndexedDB. Never a
 * token. Where a browser keeps nothing (private windows), the vault is empty and stays so: no page may need it.
 */
const DATABASE = 'wellspring';
const KEYS = 'keys';
const ITEMS = 'items';
export const IV_OCTETS = 12;

interface Item {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
}

let opening: Promise<IDBDatabase> | undefined;

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function database(): Promise<IDBDatabase> {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(KEYS);
      request.result.createObjectStore(ITEMS);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

async function store(name: string, mode: IDBTransactionMode): Promise<IDBObjectStore> {
  return (await database()).transaction(name, mode).objectStore(name);
}

/** One key a browser; of two tabs that make one at once, the first that is stored counts. */
async function sealingKey(): Promise<CryptoKey> {
  const found = (await done((await store(KEYS, 'readonly')).get('seal'))) as CryptoKey | undefined;
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  await done((await store(KEYS, 'readwrite')).add(made, 'seal')).catch(() => undefined);
  return (await done((await store(KEYS, 'readonly')).get('seal'))) as CryptoKey;
}

/** Under an initialization vector that was never used, or the one that is given. */
export async function seal(
  plain: Uint8Array<ArrayBuffer>,
  iv = crypto.getRandomValues(new Uint8Array(IV_OCTETS)),
): Promise<Item> {
  return { iv, sealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await sealingKey(), plain) };
}

/** undefined also where it can't be read: nothing here is the only copy of anything but a draft. */
export async function fromVault<T>(name: string): Promise<T | undefined> {
  try {
    const item = (await done((await store(ITEMS, 'readonly')).get(name))) as Item | undefined;
    if (!item) return undefined;
    const key = await sealingKey();
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: item.iv }, key, item.sealed);
    return JSON.parse(new TextDecoder().decode(plain)) as T;
  } catch {
    return undefined;
  }
}

/** `undefined` removes. When it is over, it is there after a reload. Never rejects. */
export async function toVault(name: string, value: unknown): Promise<void> {
  try {
    const item =
      value === undefined ? undefined : await seal(new TextEncoder().encode(JSON.stringify(value)));
    const items = await store(ITEMS, 'readwrite');
    if (item) items.put(item, name);
    else items.delete(name);
    await new Promise((resolve, reject) => {
      items.transaction.oncomplete = resolve;
      items.transaction.onabort = reject;
    });
  } catch {
    // A full disk or a private window: what was to be kept lives as long as the page.
  }
}

/** Everything, and the key: what was copied elsewhere can't be opened any more. */
export async function wipeVault(): Promise<void> {
  try {
    await done((await store(ITEMS, 'readwrite')).clear());
    await done((await store(KEYS, 'readwrite')).clear());
  } catch {
    // There was none.
  }
}
