/** The ways out: SMTP by nodemailer, and an HTTP gateway for text messages that speaks Twilio's form. */
import type { Transporter } from 'nodemailer';

export interface Outgoing {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Of the event: whoever gets it twice can tell. */
  readonly key: string;
}

export interface Senders {
  email(message: Outgoing): Promise<void>;
  readonly sms: ((message: Outgoing) => Promise<void>) | undefined;
}

/** Trying again is of no use. */
export class Refused extends Error {}

export interface SenderSettings {
  readonly smtpUrl: string;
  readonly from: string;
  readonly sms:
    | { readonly url: string; readonly account: string; readonly secret: string; readonly from: string }
    | undefined;
}

const TIMEOUT_MS = 10_000;

export function createSenders({ smtpUrl, from, sms }: SenderSettings): Senders {
  let transport: Promise<Transporter> | undefined;
  return {
    async email({ to, subject, text, key }) {
      try {
        transport ??= openTransport(smtpUrl);
        await (await transport).sendMail({
          from,
          to: { name: '', address: to },
          subject,
          text,
          messageId: `<${key}@wellspring>`,
        });
      } catch (error) {
        if (Number((error as { responseCode?: number }).responseCode) >= 500)
          throw new Refused('the mail was refused');
        throw error;
      }
    },
    sms: sms && ((message) => sendText(sms, message)),
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

async function sendText(gateway: NonNullable<SenderSettings['sms']>, { to, text }: Outgoing): Promise<void> {
  const response = await fetch(
    `${gateway.url}/2010-04-01/Accounts/${encodeURIComponent(gateway.account)}/Messages.json`,
    {
      method: 'POST',
      headers: {
        Authorization: `Basic ${Buffer.from(`${gateway.account}:${gateway.secret}`).toString('base64')}`,
      },
      body: new URLSearchParams({ To: to, From: gateway.from, Body: text }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    },
  );
  if (response.ok) return;
  if (response.status >= 400 && response.status < 500 && response.status !== 429)
    throw new Refused(`the gateway answered ${response.status}`);
  throw new Error(`the gateway answered ${response.status}`);
}
