/** Progress of a long load: one line that rewrites itself on a terminal, now and then a plain line elsewhere. */
interface ProgressState {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly resources: number;
}

export interface Progress {
  update(state: ProgressState): void;
  /** A line that stays, above the moving one. */
  say(line: string): void;
  /** Leaves the last state as a plain line. */
  end(): void;
}

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const TERMINAL_EVERY = 100;
const PLAIN_EVERY = 5000;

export function createProgress(output: Output, now: () => number = Date.now): Progress {
  const started = now();
  const terminal = output.isTTY === true;
  let shown = Number.NEGATIVE_INFINITY;
  let latest: string | undefined;
  const show = (line: string) => {
    shown = now();
    output.write(terminal ? `\r\u001b[K${line.slice(0, (output.columns ?? 100) - 1)}` : `${line}\n`);
  };
  return {
    update(state) {
      latest = describe(state, now() - started);
      if (now() - shown >= (terminal ? TERMINAL_EVERY : PLAIN_EVERY)) show(latest);
    },
    say(line) {
      output.write(terminal ? `\r\u001b[K${line}\n` : `${line}\n`);
    },
    end() {
      if (latest !== undefined) output.write(terminal ? `\r\u001b[K${latest}\n` : `${latest}\n`);
    },
  };
}

function describe({ label, done, total, resources }: ProgressState, elapsed: number): string {
  return `${done}/${total} ${label}, ${count(resources)} resources, ${rate(resources, elapsed)}`;
}

export function count(number: number): string {
  return number.toLocaleString('en-US');
}

export function rate(resources: number, milliseconds: number): string {
  const perSecond = milliseconds <= 0 ? 0 : (resources * 1000) / milliseconds;
  return `${count(Math.round(perSecond))} resources/s`;
}
