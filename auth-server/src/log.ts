/** Structured logs to standard output: ids, route patterns and figures, never names, passwords or tokens. */
import { type Logger, pino } from 'pino';

export function createLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
