/**
 * Seeded pseudo-random numbers that depend on a key, not on the order of calls: adding one observation
 * to a patient leaves every other value as it was.
 */
export interface Random {
  /** A number in [0, 1). */
  unit(key: string): number;
  /** A normally distributed number with mean 0 and standard deviation 1, cut at ±2.5. */
  normal(key: string): number;
  pick<T>(key: string, choices: readonly [T, ...T[]]): T;
}

export function createRandom(seed: string): Random {
  const unit = (key: string): number => mix(hash(`${seed}|${key}`)) / 4294967296;
  return {
    unit,
    normal(key) {
      const radius = Math.sqrt(-2 * Math.log(1 - unit(`${key}#1`)));
      const value = radius * Math.cos(2 * Math.PI * unit(`${key}#2`));
      return Math.max(-2.5, Math.min(2.5, value));
    },
    pick: (key, choices) => choices[Math.floor(unit(key) * choices.length)] ?? choices[0],
  };
}

/** FNV-1a over UTF-16 code units. */
function hash(text: string): number {
  let value = 2166136261;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 16777619);
  }
  return value >>> 0;
}

/** The finaliser of MurmurHash3: FNV alone leaves neighbouring keys correlated. */
function mix(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 2246822507);
  bits = Math.imul(bits ^ (bits >>> 13), 3266489909);
  return (bits ^ (bits >>> 16)) >>> 0;
}
