/** The ways out for messages to people: mail by SMTP (nodemailer), and text messages by an HTTP gateway that speaks Twilio's form (Messages.json). */
import type { Transporter } from 'nodemailer';

/** Trying again is of no use. */
export class PermanentFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PermanentFailure';
  }
}

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Without its angle brackets; made by the library where there is none. */
  readonly messageId?: string;
}

export interface TextGateway {
  readonly url: string;
  readonly account: string;
  readonly secret: string;
  readonly from: string;
}

const TIMEOUT_MS = 10_000;

/** `url`: `smtp://` or `smtps://`. Rejects with PermanentFailure where the server answered 5xx. */
export function smtpSender(url: string, from: string): (mail: Mail) => Promise<void> {
  let transport: Promise<Transporter> | undefined;
  return async ({ to, subject, text, messageId }) => {
    try {
      transport ??= openTransport(url);
      // An address object is one recipient, whatever is in it.
      const mail = { from, to: { name: '', address: to }, subject, text };
      await (await transport).sendMail(
        messageId === undefined ? mail : { ...mail, messageId: `<${messageId}>` },
      );
    } catch (error) {
      if (Number((error as { responseCode?: number }).responseCode) >= 500)
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

/** Rejects with PermanentFailure where the gateway answered 4xx, but not 429. */
export function textSender({
  url,
  account,
  secret,
  from,
}: TextGateway): (message: { readonly to: string; readonly text: string }) => Promise<void> {
  const address = `${url}/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`;
  const authorization = `Basic ${Buffer.from(`${account}:${secret}`).toString('base64')}`;
  return async ({ to, text }) => {
    const response = await fetch(address, {
      method: 'POST',
      headers: { Authorization: authorization },
      body: new URLSearchParams({ To: to, From: from, Body: text }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return;
    const fault = `the gateway answered ${response.status}`;
    const isFinal = response.status >= 400 && response.status < 500 && response.status !== 429;
    throw isFinal ? new PermanentFailure(fault) : new Error(fault);
  };
}
