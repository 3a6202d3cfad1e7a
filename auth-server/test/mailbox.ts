/** A real SMTP server and a real gateway for text messages, on sockets of their own: what arrives is what was sent. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface Mail {
  /** Message-ID */
  readonly id: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
}

export interface Text {
  readonly to: string;
  readonly text: string;
}

export interface Mailbox {
  /** Settings for the server under test. */
  readonly env: Readonly<Record<string, string>>;
  readonly mails: readonly Mail[];
  readonly texts: readonly Text[];
  /** The next mail to this address, whenever it comes; one that was waited for is not given again. */
  mailTo(address: string): Promise<Mail>;
  textTo(number: string): Promise<Text>;
  /** How the gateway answers from now on. */
  answerTexts(status: number): void;
  close(): Promise<void>;
}

const PATIENCE_MS = 15_000;

export async function openMailbox(): Promise<Mailbox> {
  const mails: Mail[] = [];
  const texts: Text[] = [];
  const taken = new Set<object>();
  let gatewayStatus = 201;
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData(stream, session, callback) {
      simpleParser(stream).then(({ messageId = '', from, subject = '', text = '' }) => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(', ');
        mails.push({ id: messageId, to, from: from?.text ?? '', subject, text });
        callback();
      }, callback);
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const gateway = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      if (gatewayStatus < 300) texts.push({ to: form.get('To') ?? '', text: form.get('Body') ?? '' });
      response.writeHead(gatewayStatus, { 'Content-Type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));

  async function next<T extends { readonly to: string }>(list: readonly T[], to: string): Promise<T> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = list.find((each) => each.to.toLowerCase() === to.toLowerCase() && !taken.has(each));
      if (found) {
        taken.add(found);
        return found;
      }
      if (performance.now() > end) throw new Error(`nothing came for ${to}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  return {
    env: {
      SMTP_URL: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
      MAIL_FROM: 'Clinic <no-reply@clinic.example>',
      SMS_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
      SMS_ACCOUNT_SID: 'AC1',
      SMS_AUTH_TOKEN: 'secret',
      SMS_FROM: '+15550100000',
    },
    mails,
    texts,
    mailTo: (address) => next(mails, address),
    textTo: (number) => next(texts, number),
    answerTexts(status) {
      gatewayStatus = status;
    },
    async close() {
      await new Promise<void>((resolve) => smtp.close(resolve));
      gateway.closeAllConnections();
      await new Promise((resolve) => gateway.close(resolve));
    },
  };
}

/** The first link of a text. */
export const linkIn = (text: string): string => /https?:\/\/\S+token=\S+/.exec(text)?.[0] ?? '';

/** The six digits of a text. */
export const codeIn = (text: string): string => /\b\d{6}\b/.exec(text)?.[0] ?? '';
