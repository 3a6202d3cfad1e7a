/**
 * The texts. Plain, short, without any health information or names: anybody who sees the phone or the mailbox may read them. Each says who it is from
 * and what to do when it was not you. What somebody asked for is in the language of the page they asked on; warnings, which may be about somebody else's
 * doing, are in English.
 */
import type { Device } from '../accounts/sessions.ts';
import { deviceWords } from '../words/device.ts';
import { type Language, language, readAs, type Text, t } from '../words/text.ts';

interface Settings {
  readonly CLINIC_NAME: string;
  readonly PORTAL_URL: string;
}

export interface Email {
  readonly subject: string;
  readonly text: string;
  readonly language: Language;
}

export interface Sms {
  readonly text: string;
}

const NOT_YOU =
  'If this was not you, choose a new password and sign out everywhere on the pages of your account.';
const IGNORE: Text = 'If you did not ask for this, ignore this message: nothing changes.';

const MACHINE: Text = 'This message was sent by a machine; answers are not read.';

const email = (settings: Settings, subject: string, ...paragraphs: readonly string[]): Email =>
  signed(settings, subject, [...paragraphs], t(MACHINE), language());

/** In English throughout, whatever language the page speaks on which it was brought about. */
const warning = (settings: Settings, subject: string, ...paragraphs: readonly string[]): Email =>
  signed(settings, subject, [...paragraphs], MACHINE, 'en');

const signed = (
  { CLINIC_NAME, PORTAL_URL }: Settings,
  subject: string,
  paragraphs: readonly string[],
  end: string,
  spoken: Language,
): Email => ({
  subject,
  language: spoken,
  text: [...paragraphs, `${CLINIC_NAME}\n${PORTAL_URL}`, end].join('\n\n'),
});

export const verificationCode = (settings: Settings, code: string): Email =>
  email(
    settings,
    t('Your code for {clinic}', { clinic: settings.CLINIC_NAME }),
    t('Your code is {code}', { code }),
    t('It is good for 10 minutes. Nobody from the clinic will ever ask you for it.'),
    t(IGNORE),
  );

export const verificationCodeSms = (settings: Settings, code: string): Sms => ({
  text: t('{code} is your code for {clinic}. It ends in 10 minutes. We never ask for it by phone.', {
    code,
    clinic: settings.CLINIC_NAME.slice(0, 40),
  }),
});

export const passwordReset = (settings: Settings, link: string): Email =>
  email(
    settings,
    t('Choose a new password'),
    t('Open this link to choose a new password:'),
    link,
    t('It is good for 30 minutes, and once.'),
    t(IGNORE),
  );

export const passwordResetSms = (settings: Settings, link: string): Sms => ({
  text: t('{clinic}: choose a new password here, within 30 minutes: {link}', {
    clinic: settings.CLINIC_NAME.slice(0, 40),
    link,
  }),
});

export const usernameReminder = (settings: Settings, username: string): Email =>
  email(settings, t('Your username'), t('Your username is: {username}', { username }), t(IGNORE));

export const passwordChanged = (settings: Settings): Email =>
  warning(
    settings,
    'Your password was changed',
    'The password of your account was changed, and all other devices were signed out.',
    'Calendar addresses and shared links that were made in the portal have ended, and devices are told of news no more: set up again what you want to keep.',
    `If this was not you, get your account back now: ${settings.PORTAL_URL}`,
    'Choose “Forgot password?” on the sign-in page, or call us.',
  );

export const emailChangeConfirm = (settings: Settings, link: string): Email =>
  email(
    settings,
    t('Confirm your new e-mail address'),
    t('Open this link to use this address for your account:'),
    link,
    t('It is good for 24 hours.'),
    t(IGNORE),
  );

export const emailChangeRequested = (settings: Settings, undoLink: string): Email =>
  warning(
    settings,
    'Your e-mail address is about to change',
    'Somebody who knows your password asked to use another e-mail address for your account.',
    'If this was not you, keep this address here, within 72 hours:',
    undoLink,
  );

export const emailChanged = (settings: Settings, undoLink: string): Email =>
  warning(
    settings,
    'Your e-mail address was changed',
    'Your account now uses another e-mail address. Messages will not come here any more.',
    'If this was not you, take it back here, within 72 hours:',
    undoLink,
  );

export const phoneChanged = (settings: Settings): Email =>
  warning(
    settings,
    'Your mobile number was changed',
    'Your account now uses another mobile number.',
    NOT_YOU,
  );

export const phoneChangedSms = (settings: Settings): Sms => ({
  text: `${settings.CLINIC_NAME.slice(0, 40)}: your account now uses another number. Not you? Change your password.`,
});

export const secondFactorChanged = (settings: Settings, what: 'added' | 'removed'): Email =>
  warning(
    settings,
    `A way of signing in was ${what}`,
    `A passkey or an authenticator app was ${what} for your account.`,
    NOT_YOU,
  );

export const accountExists = (settings: Settings): Email =>
  email(
    settings,
    t('You have an account already'),
    t('Somebody tried to create an account that would be yours. You have one already.'),
    t('If it was you: sign in at {address}, or choose “Forgot password?” there.', {
      address: settings.PORTAL_URL,
    }),
    t('If it was not you, there is nothing to do: no account was created.'),
  );

export const accountCreated = (settings: Settings, username: string): Email =>
  email(
    settings,
    t('Your account is ready'),
    t('Your username is: {username}', { username }),
    t('Sign in at {address}', { address: settings.PORTAL_URL }),
    t('If you did not create this account, please call us.'),
  );

/** Says nothing of who invites: the page behind the link does. */
export const familyInvitation = (settings: Settings, link: string): Email =>
  email(
    settings,
    t('You are invited'),
    t('Somebody you know would like your help with what they do on our website. Open this link to see who:'),
    link,
    t('It is good for 7 days, and once. Do not hand it on.'),
    t('If you do not expect this, ignore this message: nothing changes.'),
  );

export const familyInvited = (settings: Settings): Email =>
  warning(
    settings,
    'An invitation was sent from your account',
    'Somebody was invited to what your account opens. You can take the invitation back under “Family access”.',
    NOT_YOU,
  );

export const familyAccepted = (settings: Settings): Email =>
  warning(
    settings,
    'Your invitation was accepted',
    'Whom you invited has accepted. You can see, limit and end it at any time under “Family access”.',
    NOT_YOU,
  );

/** "29 November 2026 at 09:05 (Eastern Standard Time)" */
const clockTime = (at: number, timeZone: string): string => {
  const named = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'long' }).formatToParts(at);
  const zone = named.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
  const shown = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'long', timeStyle: 'short' });
  return `${shown.format(at)} (${zone})`;
};

/** `at`: milliseconds, told by the clinic's clock. */
export const newDevice = (settings: Settings, device: Device, at: number, timeZone: string): Email =>
  warning(
    settings,
    'New sign-in',
    `Your account was signed in to with ${readAs({ language: 'en', path: '/' }, () => deviceWords(device))}, ${clockTime(at, timeZone)}.`,
    NOT_YOU,
  );

export const appConnected = (settings: Settings, app: string): Email =>
  warning(
    settings,
    'An app was given access',
    `You allowed the app “${app}” to use your account while you are away. You can end this at any time under “Connected apps”.`,
    NOT_YOU,
  );
