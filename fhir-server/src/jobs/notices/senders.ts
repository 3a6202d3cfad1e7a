/** The ways out of notices, as they are configured. */
import { smtpSender, type TextGateway, textSender } from '@wellspring/serving/message-ways';

export interface Outgoing {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Of the event: whoever gets it twice can tell. */
  readonly key: string;
}

/** They reject with PermanentFailure (serving) where trying again is of no use. */
export interface Senders {
  email(message: Outgoing): Promise<void>;
  readonly sms: ((message: Outgoing) => Promise<void>) | undefined;
}

export interface SenderSettings {
  readonly smtpUrl: string;
  readonly from: string;
  readonly sms: TextGateway | undefined;
}

export function createSenders({ smtpUrl, from, sms }: SenderSettings): Senders {
  const sendMail = smtpSender(smtpUrl, from);
  return {
    email: ({ to, subject, text, key }) => sendMail({ to, subject, text, messageId: `${key}@wellspring` }),
    sms: sms && textSender(sms),
  };
}
