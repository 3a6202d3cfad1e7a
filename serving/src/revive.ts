/**
 * MongoDB's driver (7.9) watches each server by a heartbeat. Where a connection is cut in the moment it is made (a proxy that accepts and has nobody behind it, a server
 * that ends), that heartbeat waits for ever: it neither fails nor is it tried again, and the client never sees the server again. Then the client is made anew.
 */
export interface Monitored {
  on(event: string, listener: (event: { readonly connectionId?: string }) => void): unknown;
  close(): Promise<unknown>;
  connect(): Promise<unknown>;
}

/** Twice what a heartbeat to a server that hangs takes at most. */
const STUCK_MS = 8000;
const LOOK_MS = 1000;

/** Handles that were taken from the client stay good. Ends when the client is closed. */
export function reviveStuck(client: Monitored, stuckMs = STUCK_MS): void {
  const waiting = new Map<string | undefined, number>();
  let reviving = false;
  /** Nobody was there, or nobody is primary yet: the driver closes what can't connect at once, and watches nothing any more. */
  let isGivenUp = false;
  const answered = ({ connectionId }: { readonly connectionId?: string }): void =>
    void waiting.delete(connectionId);
  client.on('serverHeartbeatStarted', ({ connectionId }) => {
    waiting.set(connectionId, performance.now());
  });
  client.on('serverHeartbeatSucceeded', answered);
  client.on('serverHeartbeatFailed', answered);
  client.on('topologyClosed', () => waiting.clear());
  const close = client.close.bind(client);
  let isClosed = false;
  client.close = () => {
    isClosed = true;
    clearInterval(timer);
    return close();
  };
  const timer = setInterval(async () => {
    const isStuck = [...waiting.values()].some((since) => performance.now() - since > stuckMs);
    if (reviving || !(isStuck || isGivenUp)) return;
    reviving = true;
    await close().catch(() => undefined);
    if (isClosed) return;
    isGivenUp = await client.connect().then(
      () => false,
      () => true,
    );
    if (isClosed) await close().catch(() => undefined);
    reviving = false;
  }, LOOK_MS).unref();
}
