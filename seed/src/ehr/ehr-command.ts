/** What `npm run ehr` was asked to do: a word or two, then what the action needs. */
import { parseArgs } from 'node:util';
import { UsageError } from '../command-line.ts';
import {
  approveInsurance,
  approveRefill,
  confirmAppointment,
  type Desk,
  declineAppointment,
  declineCorrection,
  declineInsurance,
  declineRefill,
  finishCorrection,
  releaseResult,
  reply,
} from './actions.ts';
import { describeWaiting, listWaiting } from './waiting.ts';

export const EHR_USAGE = `Usage: npm run ehr -- COMMAND
  list                                          what waits for the clinic
  reply MESSAGE TEXT                            answer a patient's message
  refill approve TASK [--note TEXT]             renew a prescription
  refill decline TASK --reason TEXT
  appointment confirm ID --start TIME [--minutes N]
  appointment decline ID --reason TEXT
  result release REPORT [--comment TEXT]        make a preliminary result final
  insurance approve ID [--replaces COVERAGE]    make what a patient handed in count
  insurance decline ID
  profile done TASK                             a name, birth date or sex was corrected
  profile decline TASK --reason TEXT
  --as PRACTITIONER                             who acts (default: whom it was sent to)`;

const options = {
  as: { type: 'string' },
  note: { type: 'string' },
  reason: { type: 'string' },
  start: { type: 'string' },
  minutes: { type: 'string' },
  comment: { type: 'string' },
  replaces: { type: 'string' },
} as const;

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

interface Call {
  readonly desk: Desk;
  /** What stands after the command's words. */
  readonly objects: readonly string[];
  readonly values: ReturnType<typeof parse>['values'];
}

const commands = new Map<string, (call: Call) => Promise<string>>([
  ['list', async ({ desk }) => describeWaiting(await listWaiting(desk.client))],
  [
    'reply',
    async ({ desk, objects: [id, words] }) => `Answered: ${await reply(desk, idOf(id), text(words, 'TEXT'))}`,
  ],
  [
    'refill approve',
    async ({ desk, objects: [id], values }) => `Renewed: ${await approveRefill(desk, idOf(id), values.note)}`,
  ],
  [
    'refill decline',
    async ({ desk, objects: [id], values }) =>
      `Declined: ${await declineRefill(desk, idOf(id), text(values.reason, '--reason'))}`,
  ],
  [
    'appointment confirm',
    async ({ desk, objects: [id], values }) =>
      `Booked: ${await confirmAppointment(desk, idOf(id), text(values.start, '--start'), minutesOf(values.minutes))}`,
  ],
  [
    'appointment decline',
    async ({ desk, objects: [id], values }) =>
      `Declined: ${await declineAppointment(desk, idOf(id), text(values.reason, '--reason'))}`,
  ],
  [
    'result release',
    async ({ desk, objects: [id], values }) =>
      `Released: ${await releaseResult(desk, idOf(id), values.comment)}`,
  ],
  [
    'insurance approve',
    async ({ desk, objects: [id], values }) =>
      `Approved: ${await approveInsurance(desk, idOf(id), values.replaces && idOf(values.replaces))}`,
  ],
  [
    'insurance decline',
    async ({ desk, objects: [id] }) => `Declined: ${await declineInsurance(desk, idOf(id))}`,
  ],
  ['profile done', async ({ desk, objects: [id] }) => `Done: ${await finishCorrection(desk, idOf(id))}`],
  [
    'profile decline',
    async ({ desk, objects: [id], values }) =>
      `Declined: ${await declineCorrection(desk, idOf(id), text(values.reason, '--reason'))}`,
  ],
]);

/** Runs the command and gives back what to print. */
export async function runEhr(args: readonly string[], desk: Omit<Desk, 'as'>): Promise<string> {
  const { values, positionals } = parse(args);
  const name = [2, 1]
    .map((words) => positionals.slice(0, words).join(' '))
    .find((words) => commands.has(words));
  const command = commands.get(name ?? '');
  if (name === undefined || command === undefined)
    throw new UsageError(`unknown or incomplete command: ${positionals.join(' ')}`);
  const as =
    values.as === undefined ? {} : { as: `Practitioner/${idOf(values.as.replace(/^Practitioner\//, ''))}` };
  return command({ desk: { ...desk, ...as }, objects: positionals.slice(name.split(' ').length), values });
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function idOf(value: string | undefined): string {
  if (value === undefined || !ID.test(value)) throw new UsageError(`not an id: ${value ?? 'nothing'}`);
  return value;
}

function text(value: string | undefined, name: string): string {
  if (value === undefined || value.trim() === '') throw new UsageError(`${name} is missing`);
  return value;
}

function minutesOf(value = '20'): number {
  const minutes = Number(value);
  if (!Number.isInteger(minutes) || minutes < 5 || minutes > 240)
    throw new UsageError('--minutes must be 5 to 240');
  return minutes;
}
