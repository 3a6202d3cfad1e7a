/** The ways out of messages, as they are configured. */
import { PermanentFailure, smtpSender, textSender } from '@wellspring/serving/message-ways';
import type { Config } from '../config.ts';
import type { Senders } from './message.ts';

/** Whether text messages can be sent; in development they go to the outbox page. */
export const canSendText = (config: Config): boolean => config.SMS_URL !== undefined || config.developerPages;

/** Without a server for it, a message of developers only goes to the outbox page. */
export function createSenders(config: Config): Senders {
  return {
    email: config.SMTP_URL === undefined ? nowhere(config) : smtpSender(config.SMTP_URL, config.MAIL_FROM),
    sms: config.SMS_URL === undefined ? nowhere(config) : textSender(gatewayOf(config, config.SMS_URL)),
  };
}

function nowhere({ developerPages }: Config) {
  return async (): Promise<void> => {
    if (!developerPages) throw new PermanentFailure('no server is configured for this kind of message');
  };
}

const gatewayOf = (
  { SMS_ACCOUNT_SID: account = '', SMS_AUTH_TOKEN: secret = '', SMS_FROM: from = '' }: Config,
  url: string,
) => ({ url, account, secret, from });
