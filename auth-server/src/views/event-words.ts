/** What the audit log calls an event, in words of the person whose account it is. */
import { type Text, t } from '../words/text.ts';

const WORDS: Readonly<Record<string, Text>> = {
  'access declined': 'You declined access',
  'account created': 'Account created',
  'app disconnected': 'App disconnected',
  'consent given': 'You allowed access',
  'e-mail change undone': 'Change of e-mail undone',
  'family access accepted': 'You accepted access to a record',
  'family access changed': 'You changed who may see what',
  'family access declined': 'You declined access to a record',
  'family access ended': 'You ended the access of somebody',
  'family access given': 'Somebody accepted your invitation',
  'family access left': 'You gave up access to a record',
  'family access offered': 'You invited somebody',
  'family access withdrawn': 'You took an invitation back',
  'passkey refused': 'A passkey was not accepted',
  'password changed': 'Password changed',
  'password reset': 'New password chosen by a link',
  'password reset asked': 'Link for a new password asked for',
  'phone changed': 'Mobile number changed',
  'recovery code used': 'A recovery code was used',
  'recovery codes made': 'New recovery codes',
  'second factor added': 'Second step added',
  'second factor failed': 'Wrong code at the second step',
  'second factor removed': 'Second step removed',
  'second factor throttled': 'Too many wrong codes at the second step',
  'sign-in failed': 'Sign-in with a wrong password',
  'sign-in throttled': 'Too many sign-ins with a wrong password',
  'signed in': 'Signed in',
  'signed out': 'Signed out',
  'signed out elsewhere': 'Signed out on another device',
  'signed out everywhere': 'Signed out everywhere',
  'token revoked': 'Access of an app ended',
  'username asked': 'Username asked for',
};

/** One that is rare, or an administrator's, is said as the log has it. */
export function eventWords(event: string): string {
  const words = Object.hasOwn(WORDS, event) ? WORDS[event] : undefined;
  return words ? t(words) : event;
}
