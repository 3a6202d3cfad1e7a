/** The administrator's command line (`npm run admin -- …`). Works beside a running server. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createAnchor } from '@wellspring/serving/audit-anchor';
import { anchorPlace } from '@wellspring/serving/configuration';
import { importAccounts } from '../accounts/import-accounts.ts';
import { isEmail, USERNAME } from '../accounts/new-login.ts';
import { hashPassword } from '../accounts/password.ts';
import { unmetCriteria } from '../accounts/password-policy.ts';
import { loadConfig } from '../config.ts';
import { listStoredClients } from '../provider/clients.ts';
import { keysAt, loadKeys } from '../provider/keys.ts';
import { everyAccount } from '../storage/every-account.ts';
import { openStorage } from '../storage/open-storage.ts';
import * as actions from './actions.ts';

type Command = (context: actions.AdminContext, args: readonly string[]) => Promise<string | undefined>;

const HOUR_MS = 3_600_000;

/** Words of the command → how its arguments are called, and what it does. A text is what it prints. */
const COMMANDS: Readonly<Record<string, readonly [args: string, run: Command]>> = {
  'clients list': ['', listClients],
  'clients approve': ['CLIENT_ID', (context, [id = '']) => said(actions.approveClient(context, id))],
  'clients disable': ['CLIENT_ID', (context, [id = '']) => said(actions.disableClient(context, id))],
  'clients enable': ['CLIENT_ID', (context, [id = '']) => said(actions.enableClient(context, id))],
  'clients rotate-secret': ['CLIENT_ID', (context, [id = '']) => actions.rotateClientSecret(context, id)],
  'clients allow-launch': [
    'CLIENT_ID',
    (context, [id = '']) => said(actions.grantToClient(context, id, 'may_launch', true)),
  ],
  'clients allow-introspection': [
    'CLIENT_ID',
    (context, [id = '']) => said(actions.grantToClient(context, id, 'introspect', true)),
  ],
  'accounts list': ['', listAccounts],
  'accounts create-administrator': [
    'USERNAME EMAIL  (the password is read from PASSWORD)',
    createAdministrator,
  ],
  'accounts import': ['FILE [--demo]', importFile],
  'accounts unlock': ['USERNAME', (context, [login = '']) => said(actions.unlockAccount(context, login))],
  'accounts reset-second-factor': [
    'USERNAME',
    (context, [login = '']) => said(actions.resetSecondFactor(context, login)),
  ],
  'accounts require-second-factor': [
    'USERNAME',
    (context, [login = '']) => said(actions.requireSecondFactor(context, login, true)),
  ],
  'accounts sign-out': ['USERNAME', (context, [login = '']) => said(actions.signOutAccount(context, login))],
  'accounts disable': ['USERNAME', (context, [login = '']) => said(actions.disableAccount(context, login))],
  'accounts enable': ['USERNAME', (context, [login = '']) => said(actions.enableAccount(context, login))],
  'accounts add-person': [
    'USERNAME RelatedPerson/ID',
    (context, [login = '', person = '']) => said(actions.changePersons(context, login, person, true)),
  ],
  'accounts remove-person': [
    'USERNAME RelatedPerson/ID',
    (context, [login = '', person = '']) => said(actions.changePersons(context, login, person, false)),
  ],
  'accounts activation-code': [
    'Patient/ID',
    (context, [person = '']) => actions.makeActivationCode(context, person),
  ],
  'keys list': ['', listKeys],
  'keys rotate': [
    '[HOURS until it signs, 24]',
    (context, [hours = '24']) => said(actions.rotateServerKeys(context, Number(hours) * HOUR_MS)),
  ],
  'audit list': ['[USERNAME]', listAudit],
};

async function said(act: Promise<unknown>): Promise<string> {
  await act;
  return 'done';
}

async function listClients({ storage }: actions.AdminContext): Promise<string> {
  const clients = await listStoredClients(storage);
  return clients
    .map((each) =>
      [
        each.client_id,
        each.client_name ?? '',
        each.disabled ? 'disabled' : (each.status ?? 'approved'),
        each.smart_scope ?? '',
      ].join('\t'),
    )
    .join('\n');
}

async function listAccounts({ storage }: actions.AdminContext): Promise<string> {
  const lines: string[] = [];
  for await (const { username, role, persons, disabled } of everyAccount(storage))
    lines.push([username, role, persons.join(' '), disabled ? 'disabled' : ''].join('\t'));
  return lines.join('\n');
}

async function importFile(
  { storage, now }: actions.AdminContext,
  [file = '', flag]: readonly string[],
): Promise<string> {
  const count = await importAccounts(storage, JSON.parse(readFileSync(file, 'utf8')), {
    demo: flag === '--demo',
    now: now(),
  });
  return `${count} accounts`;
}

async function createAdministrator(
  { config, storage, now }: actions.AdminContext,
  [username = '', email = '']: readonly string[],
): Promise<string> {
  const password = process.env.PASSWORD ?? '';
  if (!USERNAME.test(username))
    throw new actions.AdminError('USERNAME: 3 to 64 small letters, digits, dots, dashes');
  if (!isEmail(email)) throw new actions.AdminError('EMAIL: a whole address was expected');
  const unmet = await unmetCriteria(config, password, [username]);
  if (unmet.length > 0) throw new actions.AdminError(`PASSWORD: does not meet ${unmet.join(', ')}`);
  const isNew = await storage.insertAccount({
    id: randomUUID(),
    username,
    email: email.toLowerCase(),
    displayName: username,
    passwordHash: await hashPassword(password),
    role: 'administrator',
    persons: [],
    createdAt: now(),
  });
  if (!isNew) throw new actions.AdminError('the username or the e-mail is taken');
  await storage.appendAudit({ at: now(), event: 'administrator: account created', detail: 'command line' });
  return 'done';
}

async function listKeys({ config, now }: actions.AdminContext): Promise<string> {
  const keys = keysAt(await loadKeys(config.keysFile), now());
  return keys.map(({ kid }, i) => `${kid}\t${i === 0 ? 'signs now' : 'published'}`).join('\n');
}

async function listAudit(context: actions.AdminContext, [login]: readonly string[]): Promise<string> {
  const accountId = login === undefined ? undefined : (await actions.accountNamed(context, login)).id;
  const events = await context.storage.listAudit({ accountId, limit: 100 });
  return events
    .map(({ at, event, accountId: account, clientId, address }) =>
      [new Date(at).toISOString(), event, account ?? '', clientId ?? '', address ?? ''].join('\t'),
    )
    .join('\n');
}

function usage(): string {
  return [
    'usage: npm run admin -- COMMAND',
    ...Object.entries(COMMANDS).map(([words, [args]]) => `  ${words} ${args}`),
  ].join('\n');
}

async function main([subject = '', action = 'list', ...args]: readonly string[]): Promise<number> {
  const command = COMMANDS[`${subject} ${action}`];
  if (!command) {
    console.error(usage());
    return 2;
  }
  const config = loadConfig(process.env);
  const storage = await openStorage(config);
  try {
    const text = await command[1]({ config, storage, now: Date.now, by: undefined }, args);
    if (text) console.log(text);
    return 0;
  } finally {
    // No server may be running that would send it.
    await createAnchor(anchorPlace(config), 'auth-server', storage.auditHeads, ({ message }) =>
      console.error(message),
    ).send();
    await storage.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
