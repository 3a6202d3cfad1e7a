/** Signing in: password or passkey, then a second factor where there is one or has to be. What is half done is kept in the store, not in the page. */
import { FRESH_COOKIE, takeFreshSignIn } from '../accounts/fresh-sign-in.ts';
import {
  DEVICE_COOKIE,
  DEVICE_LIFE_MS,
  hasKnownDevices,
  isKnownDevice,
  rememberDevice,
} from '../accounts/known-device.ts';
import { newRecoveryCodes, useRecoveryCode } from '../accounts/recovery-codes.ts';
import { deviceOf, endSessions, isBegunSince } from '../accounts/sessions.ts';
import { hasFactor, secondFactorLimit, secondFactorNeed } from '../accounts/sign-in.ts';
import { newTotpSecret, totpStep, useTotp } from '../accounts/totp.ts';
import { newDevice, secondFactorChanged } from '../messages/templates.ts';
import { cookieOptions, hostCookie } from '../provider/cookies.ts';
import { type Account, artifact } from '../storage/storage.ts';
import { readCookie } from '../views/cookies.ts';
import { recoveryCodesPage, secondFactorPage, setUpFactorPage, signInPage } from '../views/sign-in-pages.ts';
import { clinicContact } from '../words/text.ts';
import { field, finishStep, type Step } from './step.ts';

/** Between the right password and the end. */
interface Pending {
  readonly account: Account;
  readonly stage: 'give' | 'set-up' | 'codes';
  readonly sealedSecret?: string | undefined;
}

interface StoredPending extends Omit<Pending, 'account'>, Pick<Account, 'signOuts'> {
  readonly accountId: string;
}

const MODEL = 'PendingSignIn';
const LIFE_MS = 10 * 60_000;

export async function showLogin(step: Step): Promise<void> {
  const pending = await findPending(step);
  if (pending?.stage === 'give')
    return void step.response.send(secondFactorPage(step.config, { ...step, account: pending.account }));
  if (pending?.stage === 'set-up') return showSetUp(step, pending);
  const fresh = await takeFresh(step);
  if (fresh) return passwordIsRight(step, fresh);
  step.response.send(signInPage(step.config, step));
}

export async function postPassword(step: Step): Promise<void> {
  const login = field(step.request, 'login');
  const missing = { login: login.trim() === '', password: field(step.request, 'password') === '' };
  if (missing.login || missing.password)
    return void step.response.status(400).send(signInPage(step.config, { ...step, login, missing }));
  const result = await step.signIn({
    login,
    password: field(step.request, 'password'),
    address: step.address,
    device: deviceCookie(step),
  });
  if ('failure' in result) {
    const status = result.failure === 'throttled' ? 429 : 401;
    step.response.status(status).send(signInPage(step.config, { ...step, login, failure: result.failure }));
    return;
  }
  return passwordIsRight(step, result.account);
}

async function passwordIsRight(step: Step, account: Account): Promise<void> {
  const need = secondFactorNeed(step.config, account);
  if (need === 'none') return finishLogin(step, account, ['pwd']);
  await savePending(step, { account, stage: need });
  step.response.redirect(303, step.action);
}

/** Whoever chose this password a moment ago, in this browser. */
async function takeFresh(step: Step): Promise<Account | undefined> {
  const name = hostCookie(step.config, FRESH_COOKIE);
  const secret = readCookie(step.request, name);
  if (secret === undefined) return undefined;
  step.response.clearCookie(name, cookieOptions(step.config));
  return takeFreshSignIn(step.storage, secret);
}

/** A code of the authenticator app, or a recovery code. */
export async function postCode(step: Step): Promise<void> {
  const pending = await findPending(step);
  if (pending?.stage !== 'give') return step.response.redirect(303, step.action);
  const { account } = pending;
  const code = field(step.request, 'code').trim();
  if (code === '')
    return void step.response
      .status(400)
      .send(secondFactorPage(step.config, { ...step, account, failure: 'empty' }));
  const limit = secondFactorLimit(step.storage, step.now);
  const isAllowed = await limit.take(account.id);
  const isDigits = /^\d[\d\s]*$/.test(code) && code.replace(/\s/g, '').length === 6;
  const isRight =
    isAllowed &&
    (isDigits
      ? await useTotp(step.storage, step.seal, account.id, code.replace(/\s/g, ''), step.now())
      : await useRecoveryCode(step.storage, account.id, code));
  if (!isRight) {
    await audit(step, isAllowed ? 'second factor failed' : 'second factor throttled', account.id);
    const failure = isAllowed ? 'wrong' : 'throttled';
    step.response
      .status(isAllowed ? 401 : 429)
      .send(secondFactorPage(step.config, { ...step, account, failure }));
    return;
  }
  await limit.forget(account.id);
  if (!isDigits) await audit(step, 'recovery code used', account.id);
  return finishLogin(step, account, isDigits ? ['pwd', 'otp', 'mfa'] : ['pwd', 'mfa']);
}

export async function postSetUp(step: Step): Promise<void> {
  const pending = await findPending(step);
  if (pending?.stage !== 'set-up' || !pending.sealedSecret) return step.response.redirect(303, step.action);
  const { account } = pending;
  const code = field(step.request, 'code').replace(/\s/g, '');
  if (code === '') return showSetUp(step, pending, 'empty');
  const lastStep = totpStep(step.seal.unseal(pending.sealedSecret), code, step.now());
  if (lastStep === undefined) return showSetUp(step, pending, 'wrong');
  const { codes, digests } = newRecoveryCodes();
  const totp = { sealedSecret: pending.sealedSecret, lastStep };
  const changed = await step.storage.updateAccount(account.id, (each) =>
    hasFactor(each) ? undefined : { ...each, totp, recoveryCodes: digests },
  );
  if (changed?.totp?.sealedSecret !== totp.sealedSecret) return step.response.redirect(303, step.action);
  // Whoever was signed in by the password alone, before it was required, could take the factor off by it again.
  await endSessions(step.storage, account.id, step.details.session?.uid);
  await audit(step, 'second factor added', account.id);
  await step.outbox.send({
    channel: 'email',
    to: account.email,
    ...secondFactorChanged(step.config, 'added'),
  });
  const since = (await step.storage.findAccount(account.id)) ?? account;
  await savePending(step, { account: since, stage: 'codes' });
  step.response.send(recoveryCodesPage(step.config, { codes, action: `${step.action}/continue` }));
}

/** After the recovery codes were shown. */
export async function postContinue(step: Step): Promise<void> {
  const pending = await findPending(step);
  if (pending?.stage !== 'codes') return step.response.redirect(303, step.action);
  return finishLogin(step, pending.account, ['pwd', 'otp', 'mfa']);
}

export async function postRestart(step: Step): Promise<void> {
  await step.storage.removeArtifact(MODEL, step.details.uid);
  step.response.redirect(303, step.action);
}

/** Both factors in one: the device is had, its lock is known. */
export async function postPasskey(step: Step): Promise<void> {
  const account = await step.passkeys.signIn(step.details.uid, parsed(field(step.request, 'credential')));
  const pending = await findPending(step);
  const isOther = pending !== undefined && account?.id !== pending.account.id;
  if (!account || isOther) {
    await audit(step, 'passkey refused', account?.id);
    step.response.status(401).send(signInPage(step.config, { ...step, failure: 'passkey' }));
    return;
  }
  return finishLogin(step, account, ['hwk', 'user', 'mfa']);
}

const zoneOfClinic = (): string => clinicContact()?.timeZone ?? 'UTC';

async function finishLogin(step: Step, account: Account, amr: string[]): Promise<void> {
  const { storage, now, outbox, config } = step;
  await storage.removeArtifact(MODEL, step.details.uid);
  // However they signed in: left in the browser it would let in whoever comes after them (X21).
  await takeFresh(step);
  if (!(await isKnownDevice(storage, account.id, deviceCookie(step)))) {
    if (await hasKnownDevices(storage, account.id))
      await outbox.send({
        channel: 'email',
        to: account.email,
        ...newDevice(config, deviceOf(step.request.headers['user-agent']), now(), zoneOfClinic()),
      });
    const cookie = await rememberDevice(storage, account.id, now());
    step.response.cookie(hostCookie(config, DEVICE_COOKIE), cookie, {
      ...cookieOptions(config),
      maxAge: DEVICE_LIFE_MS,
    });
  }
  await audit(step, 'signed in', account.id, amr.join(' '));
  await finishStep(step, { login: { accountId: account.id, signOuts: account.signOuts, amr } }, false);
}

const SET_UP_STATUS = { empty: 400, wrong: 401 } as const;

async function showSetUp(step: Step, pending: Pending, failure?: 'empty' | 'wrong'): Promise<void> {
  const secret = pending.sealedSecret ? step.seal.unseal(pending.sealedSecret) : newTotpSecret();
  if (!pending.sealedSecret) await savePending(step, { ...pending, sealedSecret: step.seal.seal(secret) });
  step.response.status(failure ? SET_UP_STATUS[failure] : 200).send(
    await setUpFactorPage(step.config, {
      account: pending.account,
      secret,
      failure,
      action: `${step.action}/set-up`,
      restart: step.action,
    }),
  );
}

async function findPending({ storage, details }: Step): Promise<Pending | undefined> {
  const found = (await storage.findArtifact(MODEL, details.uid))?.payload as StoredPending | undefined;
  const account = found && (await storage.findAccount(found.accountId));
  if (!found || !account || !isBegunSince(found, account)) return undefined;
  // Set up meanwhile, by another sign-in: it is asked for, and not given anew by whoever knows the password alone.
  const stage = found.stage === 'set-up' && hasFactor(account) ? 'give' : found.stage;
  return { ...found, account, stage };
}

async function savePending(step: Step, { account, ...pending }: Pending): Promise<void> {
  const { id: accountId, signOuts } = account;
  const stored: StoredPending = { ...pending, accountId, signOuts };
  await step.storage.saveArtifact(
    artifact(MODEL, step.details.uid, { ...stored }, { accountId, expiresAt: step.now() + LIFE_MS }),
  );
}

const deviceCookie = (step: Step): string | undefined =>
  readCookie(step.request, hostCookie(step.config, DEVICE_COOKIE));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function audit(
  step: Step,
  event: string,
  accountId: string | undefined,
  detail?: string,
): Promise<void> {
  const clientId = step.client.clientId;
  await step.storage.appendAudit({
    at: step.now(),
    event,
    accountId,
    clientId,
    address: step.address,
    detail,
  });
}
