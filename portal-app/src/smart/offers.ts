/**
 * What can be asked for: what a FHIR server says that it does (https://hl7.org/fhir/R4/http.html#capabilities). What it does not advertise is not asked of it; of a server that
 * says nothing everything is asked. Of a type; or of one interaction with it (`create`), or one operation (`$book`).
 */
export type Offers = (type: string, what?: string) => boolean;

export interface Known {
  readonly baseUrl: string;
  /** Interactions and operations of each type; an empty list: the type, and nothing said of it. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** `batch`, `transaction`. */
  readonly whole: readonly string[];
}

const KEPT = 'wellspring.server';

interface Statement {
  readonly rest?: readonly {
    readonly mode?: string;
    readonly interaction?: readonly { readonly code?: string }[];
    readonly resource?: readonly {
      readonly type?: string;
      readonly interaction?: readonly { readonly code?: string }[];
      readonly operation?: readonly { readonly name?: string }[];
    }[];
  }[];
}

/** Asked once a tab, before the sign-in: behind it everything is known. undefined: the server says nothing. */
export async function learnOffers(baseUrl: string): Promise<Known | undefined> {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as Known | null;
  if (kept?.baseUrl === baseUrl) return kept;
  const short = await statementAt(`${baseUrl}/metadata?_summary=true`, baseUrl);
  // R4 leaves interactions out of a summary, and a server may know of no summaries: then the whole of it says what is done.
  const saysLittle = !short || !Object.values(short.types).some(({ length }) => length > 0);
  const known = (saysLittle ? await statementAt(`${baseUrl}/metadata`, baseUrl) : undefined) ?? short;
  if (known) sessionStorage.setItem(KEPT, JSON.stringify(known));
  return known;
}

async function statementAt(address: string, baseUrl: string): Promise<Known | undefined> {
  const response = await fetch(address, { headers: { accept: 'application/fhir+json' } }).catch(
    () => undefined,
  );
  if (!response?.ok) return undefined;
  const statement = (await response.json().catch(() => undefined)) as Statement | undefined;
  return statement && knownOf(baseUrl, statement);
}

export function knownOf(baseUrl: string, { rest: all = [] }: Statement): Known | undefined {
  const rest = all.find(({ mode }) => mode !== 'client');
  if (!rest?.resource) return undefined;
  const entries = rest.resource.flatMap(({ type, interaction = [], operation = [] }) => {
    const names = operation.flatMap(({ name }) => (name ? `$${name.replace(/^\$/, '')}` : []));
    return type ? [[type, [...interaction.flatMap(({ code }) => code ?? []), ...names]] as const] : [];
  });
  const whole = (rest.interaction ?? []).flatMap(({ code }) => code ?? []);
  return { baseUrl, types: Object.fromEntries(entries), whole };
}

/** `granted`: the token's scopes, where they are told; of what the person declined, or has not, nothing is offered. */
export function offersOf(known: Known | undefined, granted?: string): Offers {
  const scopes = granted === undefined ? undefined : scopesOf(granted);
  return (type, what) => {
    if (scopes && !isGranted(scopes, type, what)) return false;
    if (!known) return true;
    const list = Object.hasOwn(known.types, type) ? known.types[type] : undefined;
    if (!list || what === undefined) return list !== undefined;
    // An operation is there where it is named; an interaction also where none is.
    return list.includes(what) || (!what.startsWith('$') && !list.some((each) => !each.startsWith('$')));
  };
}

const LETTERS: Readonly<Record<string, RegExp>> = { create: /c|write|\*/, update: /u|write|\*/ };

type Scope = readonly [type: string, letters: string];

const scopesOf = (granted: string): readonly Scope[] =>
  granted.split(' ').flatMap((word) => {
    const [, type, letters] = /^(?:patient|user)\/([A-Za-z]+|\*)\.([^?]*)/.exec(word) ?? [];
    return type === undefined || letters === undefined ? [] : [[type, letters] as const];
  });

const isGranted = (scopes: readonly Scope[], type: string, what = ''): boolean =>
  scopes.some(([its, letters]) => (its === '*' || its === type) && (LETTERS[what]?.test(letters) ?? true));
