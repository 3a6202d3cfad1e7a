/**
 * What is asked for in one go is one command, however many ask; and what is asked for while so many commands are under way as are useful waits for the end of one of them
 * and goes together. So nobody waits while there is little to do, and where there is much a command does the work of many.
 */

export interface TogetherOptions<Ask, Answer> {
  /** Answers in the order of what is asked. */
  readonly work: (asks: readonly Ask[]) => Promise<readonly Answer[]>;
  /** Of one command. */
  readonly most: number;
  /** Commands under way. */
  readonly atOnce: number;
}

interface Waiting<Ask, Answer> {
  readonly ask: Ask;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export function createTogether<Ask, Answer>({
  work,
  most,
  atOnce,
}: TogetherOptions<Ask, Answer>): (ask: Ask) => Promise<Answer> {
  const waiting: Waiting<Ask, Answer>[] = [];
  let running = 0;
  let isSoon = false;

  async function answer(some: readonly Waiting<Ask, Answer>[]): Promise<void> {
    try {
      const answers = await work(some.map(({ ask }) => ask));
      for (const [i, { resolve }] of some.entries()) resolve(answers[i] as Answer);
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
    running -= 1;
    begin();
  }

  function begin(): void {
    isSoon = false;
    while (waiting.length > 0 && running < atOnce) {
      running += 1;
      void answer(waiting.splice(0, most));
    }
  }

  return (ask) => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    waiting.push({ ask, resolve, reject });
    // Whoever asks for many has asked for all of them by then.
    if (!isSoon) queueMicrotask(begin);
    isSoon = true;
    return promise;
  };
}
