/**
 * UCUM units (https://ucum.org/ucum) to a canonical form, so that 5.4 mg/dL and 0.054 g/L are found alike
 * (https://hl7.org/fhir/R4/search.html#quantity). Units that clinics write; an unknown one has no canonical form and is compared by its code.
 * Our own: the published libraries weigh megabytes and take milliseconds a unit, for validation that search has no use for.
 */

/** A value v in the unit is `v * factor + offset` in the dimension's base units. Arbitrary units are dimensions of their own. */
export interface CanonicalUnit {
  /** E.g. `g1m-3`; equal for units that can be converted into each other. */
  readonly dimension: string;
  readonly factor: number;
  readonly offset: number;
}

type Dimensions = Readonly<Record<string, number>>;
interface Unit {
  readonly factor: number;
  readonly dimensions: Dimensions;
}

const PREFIXES: Readonly<Record<string, number>> = {
  Y: 1e24,
  Z: 1e21,
  E: 1e18,
  P: 1e15,
  T: 1e12,
  G: 1e9,
  M: 1e6,
  k: 1e3,
  h: 1e2,
  da: 1e1,
  d: 1e-1,
  c: 1e-2,
  m: 1e-3,
  u: 1e-6,
  n: 1e-9,
  p: 1e-12,
  f: 1e-15,
  a: 1e-18,
  z: 1e-21,
  y: 1e-24,
};

const unit = (factor: number, dimensions: Dimensions): Unit => ({ factor, dimensions });
const ONE: Dimensions = {};
const ENERGY: Dimensions = { g: 1, m: 2, s: -2 };
const PRESSURE: Dimensions = { g: 1, m: -1, s: -2 };

/** Units that take a prefix. */
const METRIC: Record<string, Unit> = {
  m: unit(1, { m: 1 }),
  g: unit(1, { g: 1 }),
  s: unit(1, { s: 1 }),
  K: unit(1, { K: 1 }),
  cd: unit(1, { cd: 1 }),
  rad: unit(1, { rad: 1 }),
  C: unit(1, { C: 1 }),
  mol: unit(1, { mol: 1 }),
  eq: unit(1, { eq: 1 }),
  osm: unit(1, { osm: 1 }),
  L: unit(1e-3, { m: 3 }),
  l: unit(1e-3, { m: 3 }),
  Hz: unit(1, { s: -1 }),
  N: unit(1e3, { g: 1, m: 1, s: -2 }),
  Pa: unit(1e3, PRESSURE),
  J: unit(1e3, ENERGY),
  W: unit(1e3, { g: 1, m: 2, s: -3 }),
  A: unit(1, { C: 1, s: -1 }),
  V: unit(1e3, { g: 1, m: 2, s: -2, C: -1 }),
  Ohm: unit(1e3, { g: 1, m: 2, s: -1, C: -2 }),
  bar: unit(1e8, PRESSURE),
  'm[Hg]': unit(133_322_387.415, PRESSURE),
  'm[H2O]': unit(9_806_650, PRESSURE),
  cal: unit(4184, ENERGY),
  eV: unit(1.602176634e-16, ENERGY),
  kat: unit(1, { mol: 1, s: -1 }),
  U: unit(1e-6 / 60, { mol: 1, s: -1 }),
  Bq: unit(1, { s: -1 }),
  Gy: unit(1, { m: 2, s: -2 }),
  Sv: unit(1, { m: 2, s: -2 }),
  t: unit(1e6, { g: 1 }),
  '[iU]': unit(1, { '[iU]': 1 }),
  '[IU]': unit(1, { '[iU]': 1 }),
};

const OTHERS: Record<string, Unit> = {
  '%': unit(1e-2, ONE),
  '[ppth]': unit(1e-3, ONE),
  '[ppm]': unit(1e-6, ONE),
  '[ppb]': unit(1e-9, ONE),
  '[pi]': unit(Math.PI, ONE),
  deg: unit(Math.PI / 180, { rad: 1 }),
  min: unit(60, { s: 1 }),
  h: unit(3600, { s: 1 }),
  d: unit(86_400, { s: 1 }),
  wk: unit(604_800, { s: 1 }),
  mo: unit(2_629_800, { s: 1 }),
  a: unit(31_557_600, { s: 1 }),
  '[in_i]': unit(0.0254, { m: 1 }),
  '[ft_i]': unit(0.3048, { m: 1 }),
  '[yd_i]': unit(0.9144, { m: 1 }),
  '[mi_i]': unit(1609.344, { m: 1 }),
  '[lb_av]': unit(453.59237, { g: 1 }),
  '[oz_av]': unit(28.349523125, { g: 1 }),
  '[st_av]': unit(6350.29318, { g: 1 }),
  '[gr]': unit(0.06479891, { g: 1 }),
  '[gal_us]': unit(3.785411784e-3, { m: 3 }),
  '[qt_us]': unit(0.946352946e-3, { m: 3 }),
  '[pt_us]': unit(0.473176473e-3, { m: 3 }),
  '[foz_us]': unit(29.5735295625e-6, { m: 3 }),
  '[cup_us]': unit(236.5882365e-6, { m: 3 }),
  '[tsp_us]': unit(4.92892159375e-6, { m: 3 }),
  '[tbs_us]': unit(14.78676478125e-6, { m: 3 }),
  '[Cal]': unit(4_184_000, ENERGY),
  'm[H2O]': unit(9_806_650, PRESSURE),
  '[psi]': unit(6_894_757.2932, PRESSURE),
};

/** Temperatures have no common zero; they can't be parts of a product. */
const SPECIAL: Readonly<Record<string, CanonicalUnit>> = {
  Cel: { dimension: 'K1', factor: 1, offset: 273.15 },
  '[degF]': { dimension: 'K1', factor: 5 / 9, offset: 459.67 * (5 / 9) },
};

const known = new Map<string, CanonicalUnit | undefined>();
const MAX_KNOWN = 5000;
const MAX_LENGTH = 64;

/** Further units (ucum-further.ts), each as a number of another one; the first list takes prefixes. */
export function addUnits(...lists: readonly Readonly<Record<string, readonly [number, string]>>[]): void {
  for (const [i, list] of lists.entries()) {
    for (const [code, [count, of]] of Object.entries(list)) {
      const found = parseTerm(of);
      if (!found) throw new Error(`the unit ${code} is made of an unknown one`);
      (i === 0 ? METRIC : OTHERS)[code] = unit(count * found.factor, found.dimensions);
    }
  }
  known.clear();
}

/** undefined for what is not UCUM, or not among the units known here. */
export function canonicalUnit(code: string): CanonicalUnit | undefined {
  if (known.has(code)) return known.get(code);
  if (code.length === 0 || code.length > MAX_LENGTH) return undefined;
  const found = Object.hasOwn(SPECIAL, code) ? SPECIAL[code] : canonical(parseTerm(code));
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(code, found);
  return found;
}

/** The value in base units; 12 digits, so that two ways of computing it end at the same number. */
export function canonicalValue(value: number, { factor, offset }: CanonicalUnit): number {
  return Number.isFinite(value) ? Number((value * factor + offset).toPrecision(12)) : value;
}

function canonical(found: Unit | undefined): CanonicalUnit | undefined {
  if (!found) return undefined;
  const dimension = Object.entries(found.dimensions)
    .filter(([, power]) => power !== 0)
    .map(([name, power]) => `${name}${power}`)
    .sort()
    .join('');
  return { dimension: dimension || '1', factor: found.factor, offset: 0 };
}

/** `a.b/c`: factors from left to right; a leading slash inverts the first. */
function parseTerm(text: string): Unit | undefined {
  let result: Unit = unit(1, ONE);
  let sign = 1;
  let at = 0;
  if (text[0] === '/') {
    sign = -1;
    at = 1;
  }
  while (at < text.length) {
    const end = endOfFactor(text, at);
    const part = parseFactor(text.slice(at, end));
    if (!part) return undefined;
    result = multiply(result, part, sign);
    if (end >= text.length) return result;
    if (text[end] !== '.' && text[end] !== '/') return undefined;
    sign = text[end] === '/' ? -1 : 1;
    at = end + 1;
  }
  return undefined;
}

function endOfFactor(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const character = text[i] as string;
    if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    else if (depth === 0 && (character === '.' || character === '/')) return i;
  }
  return text.length;
}

function parseFactor(text: string): Unit | undefined {
  const bare = text.replace(/\{[^{}]*\}$/, '');
  if (bare === '') return text === '' ? undefined : unit(1, ONE);
  if (bare.startsWith('(') && bare.endsWith(')')) return parseTerm(bare.slice(1, -1));
  const power10 = /^10[*^]([+-]?\d{1,2})$/.exec(bare);
  if (power10) return unit(10 ** Number(power10[1]), ONE);
  if (/^\d{1,9}$/.test(bare)) return unit(Number(bare), ONE);
  const parts = /^(.*?)([+-]?\d)?$/.exec(bare);
  const found = parseAtom(parts?.[1] ?? '');
  return found && raise(found, Number(parts?.[2] ?? 1));
}

function parseAtom(atom: string): Unit | undefined {
  if (Object.hasOwn(OTHERS, atom)) return OTHERS[atom];
  if (Object.hasOwn(METRIC, atom)) return METRIC[atom];
  for (const length of [2, 1]) {
    const prefix = atom.slice(0, length);
    const rest = atom.slice(length);
    if (!Object.hasOwn(PREFIXES, prefix) || !Object.hasOwn(METRIC, rest)) continue;
    const base = METRIC[rest] as Unit;
    return unit(base.factor * (PREFIXES[prefix] as number), base.dimensions);
  }
  // An arbitrary unit can be compared with itself alone: it is a dimension of its own.
  return /^\[[^\s[\]]+\]$/.test(atom) ? unit(1, { [atom]: 1 }) : undefined;
}

function raise({ factor, dimensions }: Unit, power: number): Unit {
  return unit(
    factor ** power,
    Object.fromEntries(Object.entries(dimensions).map(([name, each]) => [name, each * power])),
  );
}

function multiply(a: Unit, b: Unit, sign: number): Unit {
  const dimensions: Record<string, number> = { ...a.dimensions };
  for (const [name, power] of Object.entries(b.dimensions))
    dimensions[name] = (dimensions[name] ?? 0) + sign * power;
  return unit(sign > 0 ? a.factor * b.factor : a.factor / b.factor, dimensions);
}
