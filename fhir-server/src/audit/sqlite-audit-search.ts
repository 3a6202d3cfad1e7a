/** Pages of the embedded audit log. Ids are in order of time, whenever a row came in (audit-log.ts): so pages go by them. */
import type { DatabaseSync } from 'node:sqlite';
import type { AuditFilter, AuditPage, AuditQuery, StoredAuditRow } from './audit-log.ts';
import { NAMED_ONE_OF } from './event-names.ts';

interface EventRow {
  readonly id: string;
  readonly text: string;
}

interface Condition {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

export function searchEvents(db: DatabaseSync, query: AuditQuery): AuditPage {
  const conditions = conditionsOf(query);
  const order = query.ascending ? 'ASC' : 'DESC';
  if (query.after !== undefined)
    conditions.push({ text: `id ${query.ascending ? '>' : '<'} ?`, values: [query.after] });
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(({ text }) => text).join(' AND ')}`;
  // What is put in order is the numbers alone, not the texts of all that may be given.
  const chosen = `SELECT seq FROM event ${where} ORDER BY id ${order} LIMIT ?`;
  const found = db
    .prepare(`SELECT id, text FROM event WHERE seq IN (${chosen}) ORDER BY id ${order}`)
    .all(...conditions.flatMap(({ values }) => values), query.count + 1) as unknown as EventRow[];
  const shown = found.slice(0, query.count);
  return {
    rows: shown.map(({ text }) => JSON.parse(text) as StoredAuditRow),
    next: found.length > query.count ? shown.at(-1)?.id : undefined,
  };
}

function conditionsOf(filter: AuditFilter): Condition[] {
  const { patients, from, to, actions, interactions, failed, named = [], notBy, auditIds } = filter;
  const among = (expression: string, values: readonly string[] | undefined): Condition[] =>
    values
      ? [{ text: `${expression} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(values)] }]
      : [];
  return [
    ...(patients ? [aboutOneOf(patients)] : []),
    ...(from === undefined ? [] : [{ text: 'at >= ?', values: [from] }]),
    ...(to === undefined ? [] : [{ text: 'at < ?', values: [to] }]),
    ...among("(text ->> '$.action')", actions),
    ...among("(text ->> '$.interaction')", interactions),
    ...(failed === undefined
      ? []
      : [{ text: "((text ->> '$.status') >= 400) = ?", values: [failed ? 1 : 0] }]),
    ...named.map(namesOneOf),
    ...(notBy
      ? [
          {
            text: "coalesce(text ->> '$.fhirUser', '') NOT IN (SELECT value FROM json_each(?))",
            values: [JSON.stringify(notBy)],
          },
        ]
      : []),
    ...among('id', auditIds),
  ];
}

/** By their ids alone: of whom a record is, which says more than that they were asked for. */
const aboutOneOf = (patients: readonly string[]): Condition => ({
  text: `seq IN (${NAMED_ONE_OF})`,
  values: [JSON.stringify(patients)],
});

function namesOneOf(names: readonly string[]): Condition {
  const named = names.filter((name) => name.includes('/'));
  const patients = named.flatMap((name) =>
    name.startsWith('Patient/') ? [name.slice('Patient/'.length)] : [],
  );
  return aboutOneOf([...named, ...patients]);
}
