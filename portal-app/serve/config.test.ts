import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';

describe('SERVICE_LEVEL_HOURS', () => {
  const levels = (text?: string) => loadConfig({ SERVICE_LEVEL_HOURS: text }).SERVICE_LEVEL_HOURS;

  it('changes the kinds that it names, and leaves the others', () => {
    const before = levels();
    expect(before).toMatchObject({ message: 48, refill: 48, 'questionnaire-alarm': 1 });
    expect(levels(' message = 72 , questionnaire-alarm=0.5, ')).toEqual({
      ...before,
      message: 72,
      'questionnaire-alarm': 0.5,
    });
    expect(levels('')).toEqual(before);
  });

  it.each([
    ['refils=24', "'refils' is no kind of work (questionnaire-alarm, message,"],
    ['constructor=24', "'constructor' is no kind of work"],
    ['48', "'48' is no kind of work"],
    ['message=48,message=24', "'message' stands there twice"],
    ['message', "'message' must be message= and hours"],
    ['message=', "'message=' must be message= and hours"],
    ['message=two', "'message=two' must be message= and hours, above 0 and at most 8760"],
    ['message=0', "'message=0' must be"],
    ['message=-1', "'message=-1' must be"],
    ['message=1e3', "'message=1e3' must be"],
    ['message=8761', "'message=8761' must be"],
    ['message=48=24', "'message=48=24' must be"],
    ['message=48;refill=24', "'message=48;refill=24' must be"],
  ])('as %s is refused in one line that says what is wrong', (text, words) => {
    const fault = () => levels(text);
    expect(fault).toThrow(words);
    expect(fault).toThrow(/^SERVICE_LEVEL_HOURS: .*$/);
  });
});

describe('PAYMENT_URL', () => {
  const payment = (text: string) => loadConfig({ PAYMENT_URL: text }).PAYMENT_URL;

  it('is the address of the payment service, with a place for the number of a bill', () => {
    expect(payment('https://pay.example/clinic?invoice={number}')).toBe(
      'https://pay.example/clinic?invoice={number}',
    );
    expect(payment('https://pay.example/{number}')).toBe('https://pay.example/{number}');
    expect(loadConfig({}).PAYMENT_URL).toBeUndefined();
  });

  it.each([
    'http://pay.example/{number}',
    'javascript:alert("{number}")',
    'https://pay.example/',
    'https://{number}.pay.example/',
    'https://pay.example/#{number}',
    'https://who:secret@pay.example/{number}',
    '/pay/{number}',
  ])('as %s is refused in one line', (text) => {
    expect(() => payment(text)).toThrow(/^PAYMENT_URL: must be an https address with \{number\}.*$/);
  });
});

describe('TLS', () => {
  const files = { TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: 'key.pem' };
  const addresses = { PORTAL_URL: 'https://portal.example', DESK_URL: 'https://desk.example' };

  it('is off without files, and on with both', () => {
    expect(loadConfig({}).tls).toBeUndefined();
    expect(loadConfig({ ...files, ...addresses }).tls).toEqual({ certFile: 'cert.pem', keyFile: 'key.pem' });
  });

  it('is refused with one file alone, and for an address that is none of TLS', () => {
    expect(() => loadConfig({ ...addresses, TLS_CERT_FILE: 'cert.pem' })).toThrow(
      'TLS_CERT_FILE, TLS_KEY_FILE: one needs the other',
    );
    expect(() => loadConfig({ ...files, PORTAL_URL: addresses.PORTAL_URL })).toThrow(
      /^DESK_URL: must be https where TLS_CERT_FILE is set$/,
    );
  });
});
