/**
 * The texts. Plain, short, without any health information or names: anybody who sees the phone or the mailbox may read them. Each says who it is from
 * and what to do when it was not you.
 */

interface Settings {
  readonly CLINIC_NAME: string;
  readonly PORTAL_URL: string;
}

export interface Email {
  readonly subject: string;
  readonly text: string;
}

export interface Sms {
  readonly text: string;
}

const NOT_YOU =
  'If this was not you, choose a new password and sign out everywhere on the pages of your account.';
const IGNORE = 'If you did not ask for this, ignore this message: nothing changes.';

function email(settings: Settings, subject: string, ...paragraphs: readonly string[]): Email {
  const end = `${settings.CLINIC_NAME}\n${settings.PORTAL_URL}\n\nThis message was sent by a machine; answers are not read.`;
  return { subject, text: [...paragraphs, end].join('\n\n') };
}

export const verificationCode = (settings: Settings, code: string): Email =>
  email(
    settings,
    `Your code for ${settings.CLINIC_NAME}`,
    `Your code is ${code}`,
    'It is good for 10 minutes. Nobody from the clinic will ever ask you for it.',
    IGNORE,
  );

export const verificationCodeSms = (settings: Settings, code: string): Sms => ({
  text: `${code} is your code for ${settings.CLINIC_NAME.slice(0, 40)}. It ends in 10 minutes. We never ask for it by phone.`,
});

export const passwordReset = (settings: Settings, link: string): Email =>
  email(
    settings,
    'Choose a new password',
    'Open this link to choose a new password:',
    link,
    'It is good for 30 minutes, and once.',
    IGNORE,
  );

export const usernameReminder = (settings: Settings, username: string): Email =>
  email(settings, 'Your username', `Your username is: ${username}`, IGNORE);

export const passwordChanged = (settings: Settings): Email =>
  email(
    settings,
    'Your password was changed',
    'The password of your account was changed, and all other devices were signed out.',
    `If this was not you, get your account back now: ${settings.PORTAL_URL}`,
    'Choose “Forgot password?” on the sign-in page, or call us.',
  );

export const emailChangeConfirm = (settings: Settings, link: string): Email =>
  email(
    settings,
    'Confirm your new e-mail address',
    'Open this link to use this address for your account:',
    link,
    'It is good for 24 hours.',
    IGNORE,
  );

export const emailChangeRequested = (settings: Settings, undoLink: string): Email =>
  email(
    settings,
    'Your e-mail address is about to change',
    'Somebody who knows your password asked to use another e-mail address for your account.',
    'If this was not you, keep this address here, within 72 hours:',
    undoLink,
  );

export const emailChanged = (settings: Settings, undoLink: string): Email =>
  email(
    settings,
    'Your e-mail address was changed',
    'Your account now uses another e-mail address. Messages will not come here any more.',
    'If this was not you, take it back here, within 72 hours:',
    undoLink,
  );

export const phoneChanged = (settings: Settings): Email =>
  email(settings, 'Your mobile number was changed', 'Your account now uses another mobile number.', NOT_YOU);

export const phoneChangedSms = (settings: Settings): Sms => ({
  text: `${settings.CLINIC_NAME.slice(0, 40)}: your account now uses another number. Not you? Change your password.`,
});

export const secondFactorChanged = (settings: Settings, what: 'added' | 'removed'): Email =>
  email(
    settings,
    `A way of signing in was ${what}`,
    `A passkey or an authenticator app was ${what} for your account.`,
    NOT_YOU,
  );

export const accountExists = (settings: Settings): Email =>
  email(
    settings,
    'You have an account already',
    'Somebody tried to create an account that would be yours. You have one already.',
    `If it was you: sign in at ${settings.PORTAL_URL}, or choose “Forgot password?” there.`,
    'If it was not you, there is nothing to do: no account was created.',
  );

export const accountCreated = (settings: Settings, username: string): Email =>
  email(
    settings,
    'Your account is ready',
    `Your username is: ${username}`,
    `Sign in at ${settings.PORTAL_URL}`,
    'If you did not create this account, please call us.',
  );

export const newDevice = (settings: Settings, device: string, at: Date): Email =>
  email(
    settings,
    'New sign-in',
    `Your account was signed in to with ${device}, ${at.toISOString().slice(0, 16).replace('T', ' at ')} UTC.`,
    NOT_YOU,
  );

export const appConnected = (settings: Settings, app: string): Email =>
  email(
    settings,
    'An app was given access',
    `You allowed the app “${app}” to use your account while you are away. You can end this at any time under “Connected apps”.`,
    NOT_YOU,
  );
