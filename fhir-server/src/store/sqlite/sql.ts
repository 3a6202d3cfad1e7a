/** SQL text being put together, with its bound values in order of appearance. No value ever becomes text. */
export type SqlValue = string | number | null;

export interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

export const sql = (text: string, ...values: readonly SqlValue[]): Sql => ({ text, values });

export function joinSql(parts: readonly Sql[], separator: string): Sql {
  return {
    text: parts.map((part) => part.text).join(separator),
    values: parts.flatMap((part) => part.values),
  };
}

/** `?,?,?` */
export const marks = (count: number): string => new Array(count).fill('?').join(',');

/** Parts side by side: SQLite nests a chain of operators, and takes a nesting of 1,000. */
const SIDE_BY_SIDE = 100;

export function grouped(parts: readonly Sql[], separator: string): Sql {
  if (parts.length > SIDE_BY_SIDE) {
    const size = Math.ceil(parts.length / SIDE_BY_SIDE);
    const groups = Array.from({ length: Math.ceil(parts.length / size) }, (_, i) =>
      grouped(parts.slice(i * size, (i + 1) * size), separator),
    );
    return grouped(groups, separator);
  }
  const joined = joinSql(parts, separator);
  return { text: `(${joined.text})`, values: joined.values };
}

/**
 * So many rows at most: one bound value. The planner looks at a value that stands there alone, so a statement that was prepared is thrown away and prepared anew
 * each time another is bound, or the same again (`sqlite3ExprIsInteger` marks the variable, `sqlite3_bind` the statement as expired): a tenth of a search. At a sum it does not look.
 */
export const LIMIT = 'LIMIT (? + 0)';
