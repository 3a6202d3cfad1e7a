/** Which results were opened on this device: ids, which open nothing. What came lately and was not opened is new. */
const SEEN = 'wellspring.seen';
const MOST = 300;
const NEW_MS = 14 * 86_400_000;

function seen(): readonly string[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(SEEN) ?? '[]');
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

export function markSeen(id: string): void {
  const ids = seen();
  if (!ids.includes(id)) localStorage.setItem(SEEN, JSON.stringify([id, ...ids].slice(0, MOST)));
}

/** `time`: when it came, in milliseconds. */
export const isNew = (id: string | undefined, time: number, now = Date.now()): boolean =>
  id !== undefined && now - time < NEW_MS && now >= time && !seen().includes(id);
