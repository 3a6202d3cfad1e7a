/** `Location?near=[latitude]|[longitude]|[distance]|[units]`: https://hl7.org/fhir/R4/location.html#positional */
import { canonicalUnit, invalid, type TypedValue } from '@wellspring/profiles';
import type { EntryLists } from '../index-entry.ts';
import { and, or, type QueryNode, type Range } from '../query.ts';
import { splitEscaped } from '../values.ts';

const EARTH_METRES = 6_371_008.8;
const DEGREE_METRES = (EARTH_METRES * Math.PI) / 180;
/** Without a distance the server says what is near. */
const USUAL_METRES = 50_000;
/** The circle is cut into this many strips of latitude, each as wide as the circle is at its middle: within 1 % of its area. */
const STRIPS = 24;

export function addPositions(lists: EntryLists, param: string, values: readonly TypedValue[]): void {
  for (const { value } of values) {
    const { latitude, longitude } = (value ?? {}) as { latitude?: number; longitude?: number };
    if (typeof latitude !== 'number' || typeof longitude !== 'number') continue;
    lists.numbers.push({ param: `${param}~lat`, low: latitude, high: latitude });
    lists.numbers.push({ param: `${param}~lon`, low: longitude, high: longitude });
  }
}

export function nearNode(param: string, value: string): QueryNode {
  const [latitude, longitude, distance = '', units = ''] = splitEscaped(value, '|');
  const [lat, lon] = [Number(latitude), Number(longitude)];
  const isPlace = latitude && longitude && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  if (!isPlace) throw invalid(`'${param}' takes [latitude]|[longitude]|[distance]|[units].`);
  const metres = distance === '' ? USUAL_METRES : inMetres(param, Number(distance), units || 'km');
  const strips: QueryNode[] = [];
  const height = (2 * metres) / STRIPS / DEGREE_METRES;
  for (let i = 0; i < STRIPS; i++) {
    const low = lat - metres / DEGREE_METRES + i * height;
    const middle = (low + height / 2 - lat) * DEGREE_METRES;
    const half = Math.sqrt(metres ** 2 - middle ** 2) / DEGREE_METRES;
    const shrink = Math.cos(((low + height / 2) * Math.PI) / 180);
    const wide = shrink > 1e-6 ? half / shrink : 180;
    const within = longitudes(lon, wide).map((range) => number(`${param}~lon`, range));
    strips.push(and(number(`${param}~lat`, { low, high: low + height }), or(...within)));
  }
  return or(...strips);
}

const number = (param: string, range: Range): QueryNode => ({ kind: 'number', param, test: 'eq', range });

/** Across the date line a range is two. */
function longitudes(lon: number, wide: number): Range[] {
  if (wide >= 180) return [{ low: -180, high: 180 }];
  const [low, high] = [lon - wide, lon + wide];
  if (low < -180)
    return [
      { low: -180, high },
      { low: low + 360, high: 180 },
    ];
  if (high > 180)
    return [
      { low, high: 180 },
      { low: -180, high: high - 360 },
    ];
  return [{ low, high }];
}

function inMetres(param: string, distance: number, units: string): number {
  const unit = canonicalUnit(units);
  const metres = unit?.dimension === 'm1' ? distance * unit.factor : Number.NaN;
  if (!(metres > 0) || metres > 20_000_000)
    throw invalid(`'${param}': the distance must be a length (UCUM).`);
  return metres;
}
