/** What a table says of a code that came from elsewhere: `constructor` and `toString` are in no table of ours. */
export const lookUp = <T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined =>
  key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
