/** What whoever runs the server should know of the audit log's keeping: nobody who asks for something else is told of it. Plain data, since it comes from threads. */
import type { Logger } from 'pino';

export type AuditNews =
  /** `rows`: those of journals. `writes`: those of the store. What can't be taken stays where it is, and is tried again. */
  | { readonly kind: 'failing' | 'over'; readonly what: 'rows' | 'writes'; readonly failure: string }
  /** A journal with lines that are no rows (a power cut leaves such): the others are stored, the file is kept under another name. */
  | { readonly kind: 'damaged'; readonly file: string; readonly lines: number }
  | { readonly kind: 'unread'; readonly file: string; readonly failure: string };

export type Tell = (news: AuditNews) => void;

/** A failure that goes on is told again so often. */
const AGAIN_MS = 60_000;

export interface Steadiness {
  failed(error: unknown): void;
  worked(): void;
}

export function createSteadiness(what: 'rows' | 'writes', tell: Tell): Steadiness {
  let failing: { readonly failure: string; readonly told: number } | undefined;
  return {
    failed(error) {
      const failure = (error as Error).message;
      if (failing && performance.now() - failing.told < AGAIN_MS) return;
      failing = { failure, told: performance.now() };
      tell({ kind: 'failing', what, failure });
    },
    worked() {
      if (!failing) return;
      tell({ kind: 'over', what, failure: failing.failure });
      failing = undefined;
    },
  };
}

/** To the log of a server: names of files and what SQLite or MongoDB said, no row. */
export function tellLog(log: Logger): Tell {
  return (news) => {
    switch (news.kind) {
      case 'failing':
        log.error(
          { what: news.what, failure: news.failure },
          'the audit log takes nothing: it stays where it is, and is tried again',
        );
        return;
      case 'over':
        log.info({ what: news.what }, 'the audit log has taken what waited');
        return;
      case 'damaged':
        log.error(
          { file: news.file, lines: news.lines },
          'lines of an audit journal are damaged: the others are in the log, the file is kept',
        );
        return;
      case 'unread':
        log.error({ file: news.file, failure: news.failure }, 'an audit journal can not be read');
        return;
      default:
        news satisfies never;
    }
  };
}
