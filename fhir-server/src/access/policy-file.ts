/** A policy as data, out of its file. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/** `what`: "age policy". Throws an Error of one line that names the file and what is wrong in it. */
export function readPolicyFile<T>(what: string, file: string, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`no ${what} can be read from ${file}: it must be a JSON file.`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new Error(`the ${what} in ${file} is not valid: ${faults.join('; ')}`);
}
