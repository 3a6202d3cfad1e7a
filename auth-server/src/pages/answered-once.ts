/**
 * A form that arrives twice is answered once: pressed twice, sent again because its answer was lost, or by a reload of what it led to. Every form carries an identity
 * of its own, that the pages' script gives it (views/account.js: in the page itself it would tell apart pages that must be alike); what the first answered is kept for a while, sealed, and given to whoever sends the very same again: they had it, or lost it.
 */
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Seal } from '../crypto/seal.ts';
import { digest } from '../crypto/secrets.ts';
import { field } from '../interactions/step.ts';
import { createLimit, networkOf } from '../limits.ts';
import { artifact, type Storage } from '../storage/storage.ts';
import type { SignedIn } from './signed-in.ts';

const MODEL = 'FormAnswer';
const FORM_IDENTITY = 'once';
/** As long as somebody may look for what became of it. */
const KEPT_MS = 10 * 60_000;
/** What was refused may be right in a moment: only the second press hears the same. */
const REFUSED_MS = 5_000;
/** Of one session, or of one address where nobody is signed in: what is beyond it is answered, and not kept, so that forms sent by the thousand fill no disk. */
const MOST_KEPT = 200;
/** The longest that the first is waited for; a process that ends meanwhile holds it up for no longer. */
const WAIT_MS = 20_000;
const LOOK_MS = 50;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | string[]>>;
  readonly body: string;
}

export interface AnsweredOnceDependencies {
  readonly storage: Storage;
  readonly seal: Seal;
  readonly now: () => number;
  /** Whose form it is, where nobody is signed in by it yet: somebody else who sends the same is not given the answer. */
  readonly whose?: (request: Request) => string | undefined;
}

/** After the body is read; and after it is known who is signed in, where somebody must be. */
export function answeredOnce({ storage, seal, now, whose }: AnsweredOnceDependencies): RequestHandler {
  const limit = createLimit(storage, now, { name: 'forms kept', max: MOST_KEPT, windowMs: KEPT_MS });

  async function kept(id: string): Promise<Answer | 'none' | 'under way'> {
    const found = await storage.findArtifact(MODEL, id);
    if (!found) return 'none';
    const { sealed } = found.payload;
    return typeof sealed === 'string' ? (JSON.parse(seal.unseal(sealed)) as Answer) : 'under way';
  }

  async function keep(id: string, answer: Answer): Promise<void> {
    // It can be tried again at once.
    if (answer.status >= 500) return void (await storage.removeArtifact(MODEL, id));
    const life = answer.status < 400 ? KEPT_MS : REFUSED_MS;
    const payload = { sealed: seal.seal(JSON.stringify(answer)) };
    await storage.saveArtifact(artifact(MODEL, id, payload, { expiresAt: now() + life }));
  }

  /** The second of two that are the same takes no more room. */
  const mayKeep = async (id: string, who: string): Promise<boolean> =>
    (await limit.take(who)) || (await kept(id)) !== 'none';

  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const by = (response.locals.signedIn as SignedIn | undefined)?.uid;
    const id = identityOf(request, by ?? whose?.(request));
    if (id === undefined || !(await mayKeep(id, by ?? networkOf(request.ip ?? '')))) return next();
    for (;;) {
      if (await storage.insertArtifact(artifact(MODEL, id, {}, { expiresAt: now() + WAIT_MS }))) break;
      const before = await kept(id);
      if (typeof before === 'object') return give(response, before);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    keepAnswer(response, (answer) => keep(id, answer));
    next();
  };
}

/** Of this form, with all that was entered, by whom; undefined: it has none. */
function identityOf(request: Request, by: string | undefined): string | undefined {
  if (field(request, FORM_IDENTITY) === '') return undefined;
  return digest(JSON.stringify([request.baseUrl, request.path, by, request.body]));
}

function give(response: Response, { status, headers, body }: Answer): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.status(status).end(body);
}

/** Before a byte of it goes out: whoever sends the same again then is given it. */
function keepAnswer(response: Response, keep: (answer: Answer) => Promise<void>): void {
  const end = response.end.bind(response) as (chunk?: unknown, ...more: unknown[]) => Response;
  response.end = ((chunk?: unknown, ...more: unknown[]): Response => {
    response.end = end as Response['end'];
    const body = typeof chunk === 'string' || Buffer.isBuffer(chunk) ? String(chunk) : '';
    const headers = response.getHeaders() as Answer['headers'];
    void keep({ status: response.statusCode, headers, body })
      // It was done all the same, and is answered.
      .catch(() => undefined)
      .then(() => end(chunk, ...more));
    return response;
  }) as Response['end'];
}
