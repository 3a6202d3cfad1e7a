/**
 * What a password must be: length and kinds of characters as configured, not a common or breached one, not the person's own names. The criteria are
 * also data: the page shows them, and ticks them as one types.
 */
import { createHash } from 'node:crypto';
import { dictionary } from '@zxcvbn-ts/language-common';
import type { Config } from '../config.ts';
import { type Text, t } from '../words/text.ts';
import { MAX_PASSWORD } from './password.ts';

type PasswordClass = Config['PASSWORD_REQUIRES'][number];

export interface Criterion {
  readonly name: string;
  readonly text: string;
  /** A regular expression's source, for the page; undefined = known only here. */
  readonly pattern?: string | undefined;
}

const CLASSES: Readonly<Record<PasswordClass, { text: Text; pattern: string }>> = {
  lower: { text: 'a small letter', pattern: '\\p{Ll}' },
  upper: { text: 'a capital letter', pattern: '\\p{Lu}' },
  digit: { text: 'a number', pattern: '\\p{Nd}' },
  special: { text: 'a special character, such as ! or -', pattern: '[^\\p{L}\\p{Nd}]' },
};

const COMMON_TEXT: Text = 'not a common password, your name or your username';
/** Leaked lists hold the base word; what is added at its ends does not make it another. */
const ENDS = /^[^\p{L}]+|[^\p{L}]+$/gu;
/** One common word with this much around it is still that word. */
const MAX_DECORATION = 8;
const RANGE_TIMEOUT_MS = 2000;

let common: ReadonlySet<string> | undefined;

export function criteria(config: Config): readonly Criterion[] {
  return [
    {
      name: 'length',
      text: t('at least {count} characters', { count: config.PASSWORD_MIN_LENGTH }),
      pattern: `^.{${config.PASSWORD_MIN_LENGTH},}$`,
    },
    ...config.PASSWORD_REQUIRES.map((name) => ({ name, ...CLASSES[name], text: t(CLASSES[name].text) })),
    { name: 'common', text: t(COMMON_TEXT) },
  ];
}

/** Names of the criteria that are not met. `own`: what must not be in it, e.g. username and names. */
export async function unmetCriteria(
  config: Config,
  password: string,
  own: readonly string[],
): Promise<readonly string[]> {
  const text = password.normalize('NFKC');
  if (text.length > MAX_PASSWORD) return ['too-long'];
  const unmet = criteria(config)
    .filter(({ pattern }) => pattern !== undefined && !new RegExp(pattern, 'us').test(text))
    .map(({ name }) => name);
  if (isCommon(text) || holdsOwn(text, own)) return [...unmet, 'common'];
  return unmet.length === 0 && (await isBreached(config, text)) ? ['breached'] : unmet;
}

function isCommon(password: string): boolean {
  common ??= new Set(dictionary['passwords-common']);
  const lower = password.toLowerCase();
  if (common.has(lower)) return true;
  const word = lower.replace(ENDS, '');
  const plain = word
    .replaceAll('0', 'o')
    .replaceAll('1', 'l')
    .replaceAll('3', 'e')
    .replaceAll('4', 'a')
    .replaceAll('@', 'a')
    .replaceAll('$', 's')
    .replaceAll('5', 's');
  // A long phrase may hold a common word; a password that is one with decoration may not.
  return (
    new Set(lower).size < 5 ||
    [word, plain].some((each) => each.length >= lower.length - MAX_DECORATION && common?.has(each) === true)
  );
}

function holdsOwn(password: string, own: readonly string[]): boolean {
  const lower = password.toLowerCase();
  return own.some((name) => {
    const each = name.trim().toLowerCase();
    return each.length >= 4 && lower.includes(each) && each.length * 2 >= lower.length;
  });
}

/**
 * A service that gives all digests with the same first five characters (the range protocol of "Have I Been Pwned"): the password does not leave this
 * server. Where it does not answer, the password is taken: sign-up must not hang on it.
 */
async function isBreached({ BREACHED_PASSWORDS_URL: service }: Config, password: string): Promise<boolean> {
  if (service === undefined) return false;
  const hash = createHash('sha1').update(password).digest('hex').toUpperCase();
  try {
    const response = await fetch(`${service}/range/${hash.slice(0, 5)}`, {
      headers: { 'Add-Padding': 'true' },
      redirect: 'error',
      signal: AbortSignal.timeout(RANGE_TIMEOUT_MS),
    });
    if (!response.ok) return false;
    const rest = hash.slice(5);
    return (await response.text()).split('\n').some((line) => {
      const [suffix, times] = line.trim().split(':');
      return suffix === rest && Number(times) > 0;
    });
  } catch {
    return false;
  }
}
