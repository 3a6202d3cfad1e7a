/** Work that is done again and again: a round at once and then every so often, never two at a time. */
export interface Rounds {
  start(): void;
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>;
}

/** `failed`: a round rejected; the next comes all the same. */
export function createRounds(
  run: () => Promise<unknown>,
  everyMs: number,
  failed: (error: unknown) => void,
): Rounds {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> | undefined;
  const round = (): void => {
    running ??= run()
      .catch(failed)
      .finally(() => {
        running = undefined;
      });
  };
  return {
    start() {
      timer = setInterval(round, everyMs);
      round();
    },
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
