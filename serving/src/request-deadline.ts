/**
 * How long a request may take to come whole. Node has one limit for all requests of a server, and none for one that is long by right: a file that is handed up.
 * Here each request has its own. One that is late is answered as Node answers it (408, by `clientError`).
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

interface Deadline {
  timer: NodeJS.Timeout;
  readonly refuse: () => void;
}

const deadlines = new WeakMap<IncomingMessage, Deadline>();

/** `refuse` is called with a request that has not come whole after `ms`. */
export function withDeadline(
  ms: number,
  refuse: (request: IncomingMessage) => void,
  handler: RequestListener,
): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    if (hasBody(request)) {
      const late = (): void => {
        if (!request.complete) refuse(request);
      };
      deadlines.set(request, { timer: setTimeout(late, ms), refuse: late });
      request.once('close', () => clearTimeout(deadlines.get(request)?.timer));
    }
    handler(request, response);
  };
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** From now on this request may take its time, as long as `bytes` come in each `ms`. */
export function mayTakeItsTime(request: IncomingMessage, { bytes, ms }: { bytes: number; ms: number }): void {
  const deadline = deadlines.get(request);
  if (!deadline || request.complete) return;
  const { socket } = request;
  let before = socket.bytesRead;
  const look = (): void => {
    if (socket.bytesRead - before < bytes) {
      deadline.refuse();
      return;
    }
    before = socket.bytesRead;
    deadline.timer = setTimeout(look, ms);
  };
  clearTimeout(deadline.timer);
  deadline.timer = setTimeout(look, ms);
}
