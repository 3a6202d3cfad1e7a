/** The ways out: SMTP by nodemailer, and an HTTP gateway for text messages that speaks Twilio's form (Messages.json). */
import type { Transporter } from 'nodemailer';
import type { Config } from '../config.ts';
import { PermanentFailure, type Senders } from './message.ts';

const TIMEOUT_MS = 10_000;

/** Whether text messages can be sent; in development they go to the outbox page. */
export const canSendText = (config: Config): boolean => config.SMS_URL !== undefined || config.developerPages;

/** Without a server for it, a message of developers only goes to the outbox page. */
export function createSenders(config: Config): Senders {
  return {
    email: config.SMTP_URL === undefined ? nowhere(config) : smtpSender(config.SMTP_URL, config.MAIL_FROM),
    sms: config.SMS_URL === undefined ? nowhere(config) : smsSender(config),
  };
}

function nowhere({ developerPages }: Config) {
  return async (): Promise<void> => {
    if (!developerPages) throw new PermanentFailure('no server is configured for this kind of message');
  };
}

function smtpSender(url: string, from: string): Senders['email'] {
  let transport: Promise<Transporter> | undefined;
  return async ({ to, subject, text }) => {
    try {
      // An address object is one recipient, whatever is in it.
      transport ??= openTransport(url);
      await (await transport).sendMail({ from, to: { name: '', address: to }, subject, text });
    } catch (error) {
      const { responseCode } = error as { responseCode?: number };
      if (responseCode !== undefined && responseCode >= 500)
        throw new PermanentFailure('the mail was refused');
      throw error;
    }
  };
}

/** The library is loaded with the first mail: a start does not wait for it. */
async function openTransport(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as never);
}

function smsSender({
  SMS_URL: base,
  SMS_ACCOUNT_SID: account = '',
  SMS_AUTH_TOKEN: secret = '',
  SMS_FROM: from = '',
}: Config): Senders['sms'] {
  const authorization = `Basic ${Buffer.from(`${account}:${secret}`).toString('base64')}`;
  return async ({ to, text }) => {
    const response = await fetch(`${base}/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`, {
      method: 'POST',
      headers: { Authorization: authorization },
      body: new URLSearchParams({ To: to, From: from, Body: text }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return;
    const isFinal = response.status >= 400 && response.status < 500 && response.status !== 429;
    if (isFinal) throw new PermanentFailure(`the gateway answered ${response.status}`);
    throw new Error(`the gateway answered ${response.status}`);
  };
}
