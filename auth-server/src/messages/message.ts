/** What is sent to people, and how. */
import type { Language } from '../words/text.ts';

export type Message =
  | {
      readonly channel: 'email';
      readonly to: string;
      readonly subject: string;
      readonly text: string;
      /** Of the text, and so of what is said below it; default: English. */
      readonly language?: Language;
    }
  | { readonly channel: 'sms'; readonly to: string; readonly text: string }
  /** The same work as a message, for nobody: an unknown account must not be told by its shorter time. */
  | { readonly channel: 'none' };

export type EmailMessage = Extract<Message, { channel: 'email' }>;
export type SmsMessage = Extract<Message, { channel: 'sms' }>;

/** How messages leave. Rejects with PermanentFailure (serving) when trying again is of no use. */
export interface Senders {
  email(message: EmailMessage): Promise<void>;
  sms(message: SmsMessage): Promise<void>;
}
