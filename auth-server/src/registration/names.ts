/**
 * The name an app shows to people who decide by it. It must be readable, and not be, nor look like, the clinic's or that of one of its apps: names are
 * compared by what they look like (UTS 39, confusables), without case, accents, spaces and the digits that stand for letters.
 */
import unhomoglyph from 'unhomoglyph';

export interface TakenNames {
  /** Nobody's name may hold one of these. */
  readonly within: readonly string[];
  /** Nobody's name may be one of these. */
  readonly whole: readonly string[];
}

/** Control and format characters, private and unassigned ones, separators but the plain space, and what is drawn as nothing. */
const INVISIBLE =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}\uFFFC\uFFFD]|(?! )\p{Zs}/u;
const PILED_MARKS = /\p{M}{3}|^\p{M}/u;
const READABLE = /[\p{L}\p{N}]/u;
/** Scripts whose letters pass for Latin ones. */
const LOOKALIKES =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;
const LATIN = /\p{Script=Latin}/u;
/** Words that many houses have in their names: without them the clinic's is no longer its own. */
const COMMON =
  /\b(the|of|and|at|for|clinics?|health|healthcare|medical|medicine|cent(er|re)|hospital|group|practice|care|family|community|system|services?|portal|app|inc|llc)\b/gi;
/** Whose it is said to be changes nothing of what it is. */
const DETERMINER = /^(the|your|my|our|su|tu|mi|nuestro|nuestra|el|la|tus|sus|mis)\s+/iu;
/** Words that say of a name that it is a house's, or that it is the right one; beside them these say nothing of whose. */
const HOUSES = 'clinic clinics clínica clínicas hospital portal desk official oficial';
const OF_NOBODY =
  's the your my our su tu mi nuestro nuestra el la los las tus sus mis of and at for de del y en para with con health healthcare salud medical medicine médico médica medicina center centre centro group grupo practice care cuidado team equipo doctor doctors patient patients paciente pacientes family familia community system service services servicio servicios app application aplicación web online mobile new nuevo nueva secure seguro segura verified verificado login record records expediente';
const SHORTEST_PART = 8;
/** A name calls an app; where to write, go or call is told in members of their own, and not in the clinic's mails. */
const ADDRESS = /@|:\/\/|[\p{L}\p{N}-][.。｡][\p{L}\p{N}-]*\p{L}{2}/u;
const FEWEST_DIGITS = 7;
const NUMBER = /\p{Nd}(?:[\s().+\p{Pd}/·•~_-]*\p{Nd})+/gu;

/** Text of any kind that is shown: undefined = it may be. */
export function textProblem(text: string): string | undefined {
  if (INVISIBLE.test(text)) return 'has characters that can not be seen';
  if (PILED_MARKS.test(text)) return 'has marks upon marks';
  return undefined;
}

/** What is wrong with the name of an app; undefined = it may have it. */
export function nameProblem(name: string, { within, whole }: TakenNames): string | undefined {
  const fault = textProblem(name);
  if (fault) return fault;
  const plain = plainName(name);
  if (ADDRESS.test(plain)) return 'is, or holds, an address';
  if ((plain.match(NUMBER) ?? []).some((each) => each.replace(/\P{Nd}/gu, '').length >= FEWEST_DIGITS))
    return 'is, or holds, a telephone number';
  if (!READABLE.test(name)) return 'needs a letter or a digit';
  if (name.split(/[^\p{L}\p{M}]+/u).some((word) => LATIN.test(word) && LOOKALIKES.test(word)))
    return 'mixes alphabets within a word';
  const look = lookOf(name);
  const isTaken =
    whole.some((each) => [look, lookOf(bare(name).trim().replace(DETERMINER, ''))].includes(lookOf(each))) ||
    within.flatMap(partsOf).some((part) => isWithin(part, look));
  if (isTaken) return 'is, or looks like, a name of the clinic or of its apps';
  return isOfNobodyElse(name) ? 'says of nobody but the clinic whose it is' : undefined;
}

/** “The clinic’s patient portal”, “Health Portal (official)”: to whoever reads it, that is the clinic that they are at. */
function isOfNobodyElse(name: string): boolean {
  const words = name.split(/[^\p{L}\p{M}\p{N}$@|!]+/u).map(lookOf);
  const looks = (text: string): ReadonlySet<string> => new Set(text.split(' ').map(lookOf));
  const [houses, ofNobody] = [looks(HOUSES), looks(OF_NOBODY)];
  const said = words.filter((word) => word !== '' && !ofNobody.has(word));
  return said.length > 0 && said.every((word) => houses.has(word));
}

/** A name as it is kept and shown: compatibility forms (full-width letters and the like) become plain ones. */
export const plainName = (name: string): string => name.normalize('NFKC').replace(/ +/g, ' ').trim();

const isWithin = (part: string, look: string): boolean =>
  part.length >= SHORTEST_PART ? look.includes(part) : look === part;

/** The whole name, and what is its own in it. */
const partsOf = (name: string): string[] => {
  const own = lookOf(name.replace(COMMON, ''));
  return [lookOf(name), ...(own.length >= SHORTEST_PART ? [own] : [])];
};

const LETTERS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  $: 's',
  '@': 'a',
  '|': 'l',
  '!': 'l',
  i: 'l',
};

/** Capitals in the size of small letters, which no table of confusables has whole. */
const SMALL_CAPITALS = 'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡxʏᴢ';
const FIRST_LETTER = 97;

function plainLetter(letter: string): string {
  const index = [...SMALL_CAPITALS].indexOf(letter);
  if (index >= 0) return String.fromCharCode(FIRST_LETTER + index);
  // White on black, in circles and in squares (U+1F150, U+1F170).
  const code = letter.codePointAt(0) as number;
  const place = code >= 0x1f170 ? code - 0x1f170 : code - 0x1f150;
  return place >= 0 && place < 26 ? String.fromCharCode(FIRST_LETTER + place) : letter;
}

/** Without marks, in plain letters. */
const bare = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{ASCII}]/gu, plainLetter);

function lookOf(name: string): string {
  // Capitals look like other letters than small ones do: I like l.
  return bare(unhomoglyph(bare(unhomoglyph(bare(name))).toLowerCase()))
    .replace(/[0134571$@|!i]/g, (each) => LETTERS[each] ?? each)
    .replaceAll('vv', 'w')
    .replaceAll('rn', 'm')
    .replace(/[^\p{L}\p{N}]/gu, '');
}
