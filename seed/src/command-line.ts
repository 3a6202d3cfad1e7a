/** What `npm run seed` was asked to do. */
import { parseArgs } from 'node:util';
import { clinicDay } from './clinical/calendar.ts';

export type Command =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'demo';
      readonly ifEmpty: boolean;
      readonly today: string;
      readonly seed: string;
      readonly password: string;
    }
  | {
      readonly kind: 'synthea';
      readonly directory: string;
      readonly concurrency: number;
      readonly again: boolean;
      readonly keepGoing: boolean;
    };

export class UsageError extends Error {}

export const USAGE = `Usage:
  npm run seed                          load the demonstration clinic
  npm run seed -- --if-empty            … unless the server already has it
  npm run seed -- --synthea DIR         load Synthea Bundles (.json, .json.gz) from a folder

Options of the demonstration clinic:
  --today YYYY-MM-DD    the day from which appointments are counted (default: today at the clinic; before 8 in the morning yesterday)
  --seed TEXT           another seed gives other values (default: wellspring)
  --password TEXT       password of the demonstration accounts

Options of --synthea:
  --concurrency N       Bundles sent at the same time, 1 to 16 (default: 3)
  --again               send files that were loaded before, too
  --keep-going          go on after a Bundle was refused`;

const options = {
  help: { type: 'boolean', short: 'h' },
  'if-empty': { type: 'boolean' },
  today: { type: 'string' },
  seed: { type: 'string' },
  password: { type: 'string' },
  synthea: { type: 'string' },
  concurrency: { type: 'string' },
  again: { type: 'boolean' },
  'keep-going': { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>;

/** Parses the arguments after the script's name; `now` is the default of --today. */
export function parseCommandLine(args: readonly string[], now: Date): Command {
  const values = parse(args);
  if (values.help === true) return { kind: 'help' };
  return values.synthea === undefined ? demo(values, now) : synthea(values, values.synthea);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function demo(values: Values, now: Date): Command {
  refuse(values, ['concurrency', 'again', 'keep-going'], 'belongs to --synthea');
  const today = values.today ?? clinicDay(now);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(today) || Number.isNaN(Date.parse(today))) {
    throw new UsageError(`--today must be a day like 2026-11-24, not "${today}"`);
  }
  const password = values.password ?? 'Wellspring-Demo-1';
  if (password.length < 12) throw new UsageError('--password must have at least 12 characters');
  return {
    kind: 'demo',
    ifEmpty: values['if-empty'] ?? false,
    today,
    seed: values.seed ?? 'wellspring',
    password,
  };
}

function synthea(values: Values, directory: string): Command {
  refuse(values, ['if-empty', 'today', 'seed', 'password'], 'does not go with --synthea');
  const concurrency = Number(values.concurrency ?? '3');
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 16) {
    throw new UsageError('--concurrency must be a whole number from 1 to 16');
  }
  if (directory === '') throw new UsageError('--synthea needs a folder');
  return {
    kind: 'synthea',
    directory,
    concurrency,
    again: values.again ?? false,
    keepGoing: values['keep-going'] ?? false,
  };
}

function refuse(values: Values, names: readonly (keyof Values)[], why: string): void {
  const wrong = names.find((name) => values[name] !== undefined);
  if (wrong !== undefined) throw new UsageError(`--${wrong} ${why}`);
}
