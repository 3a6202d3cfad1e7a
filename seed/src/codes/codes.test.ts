/**
 * Codes carry check digits (LOINC: mod 10, SNOMED CT: Verhoeff) that a mistyped one does not pass; where the
 * published lists are at hand, they are compared too.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { demoClinic } from '../clinic/demo-clinic.ts';
import { CVX, ICD10CM, LOINC, RXNORM, SNOMED, UCUM } from '../clinical/coding.ts';
import { nationalProviderIdentifier } from '../clinical/npi.ts';
import { drugs } from './drugs.ts';
import { labTests } from './lab-tests.ts';

const LISTS = new URL('../../../../shared/data/terminology/', import.meta.url);
const lists = existsSync(LISTS);

interface Used {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
}

const used = codingsIn(demoClinic({ today: '2026-11-24' }));
const codesOf = (system: string) =>
  new Set(used.filter((coding) => coding.system === system).map(({ code }) => code));

function codingsIn(value: unknown): Used[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'system' in value && 'code' in value && typeof value.code === 'string' ? [value as Used] : [];
  return [...own, ...Object.values(value).flatMap(codingsIn)];
}

describe('codes', () => {
  it('of LOINC end with their check digit', () => {
    const codes = [...codesOf(LOINC)].filter((code) => /^\d/.test(code));
    expect(codes.length).toBeGreaterThan(60);
    expect(codes.filter((code) => !passesMod10(code))).toEqual([]);
    expect(passesMod10('4548-5')).toBe(false);
  });

  it('of SNOMED CT end with their check digit', () => {
    const codes = [...codesOf(SNOMED)];
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((code) => !passesVerhoeff(code))).toEqual([]);
    expect(passesVerhoeff('44054007')).toBe(false);
  });

  it('of ICD-10-CM have their form', () => {
    for (const code of codesOf(ICD10CM)) expect(code).toMatch(/^[A-TV-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/);
  });

  it('have one display each', () => {
    const displays = new Map<string, Set<string>>();
    for (const { system, code, display } of used) {
      if (display === undefined) continue;
      const key = `${system}|${code}`;
      displays.set(key, (displays.get(key) ?? new Set()).add(display));
    }
    const doubtful = [...displays]
      .filter(([, words]) => words.size > 1)
      .map(([key, words]) => [key, ...words]);
    expect(doubtful).toEqual([]);
  });

  it('name one test or drug each', () => {
    for (const table of [labTests, drugs]) {
      const codes = Object.values(table).map(({ code }) => code[0]);
      expect(new Set(codes).size).toBe(codes.length);
    }
  });
});

describe.skipIf(!lists)('codes compared with published lists', () => {
  it('of CVX are in CDC’s list, under its short name', () => {
    const xml = readFileSync(new URL('cdc-cvx.xml', LISTS), 'utf8');
    const names = new Map(
      [
        ...xml.matchAll(
          /<ShortDescription>([^<]*)<\/ShortDescription>[\s\S]*?<CVXCode>\s*(\d+)\s*<\/CVXCode>/g,
        ),
      ].map(([, name = '', code = '']) => [code, name.trim()]),
    );
    const vaccines = used.filter(({ system }) => system === CVX);
    expect(vaccines.length).toBeGreaterThan(100);
    for (const { code, display } of vaccines) expect([code, names.get(code)]).toEqual([code, display]);
  });

  it('of UCUM are made of its units', () => {
    const xml = readFileSync(new URL('ucum-essence.xml', LISTS), 'utf8');
    const codes = (tag: string) =>
      [...xml.matchAll(new RegExp(`<${tag}[^>]* Code="([^"]+)"`, 'g'))].map(([, code = '']) => code);
    const units = new Set([...codes('unit'), ...codes('base-unit')]);
    const prefixes = ['', ...codes('prefix')];
    const isUnit = (atom: string) =>
      atom === '' ||
      /^\d+$/.test(atom) ||
      /^10\*\d+$/.test(atom) ||
      prefixes.some(
        (prefix) => atom.startsWith(prefix) && units.has(atom.slice(prefix.length).replace(/\d$/, '')),
      );
    const wrong = [...codesOf(UCUM)].filter(
      (code) =>
        !code
          .replace(/\{[^}]*\}/g, '')
          .split(/[/.]/)
          .every(isUnit),
    );
    expect(codesOf(UCUM).size).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });

  it('of RxNorm mean the same drug where Synthea’s data knows them', () => {
    const file = JSON.parse(readFileSync(new URL('synthea-codes.json', LISTS), 'utf8')) as Record<
      string,
      { code: string; display: string }[]
    >;
    const known = new Map(file[RXNORM]?.map(({ code, display }) => [code, display.toLowerCase()]));
    const shared = Object.values(drugs).filter(({ code }) => known.has(code[0]));
    expect(shared.length).toBeGreaterThan(12);
    for (const { code } of shared) expect(known.get(code[0])).toBe(code[1].toLowerCase());
  });
});

it('provider identifiers pass the Luhn check and belong to nobody', () => {
  // CMS gives 1234567893 as its worked example of the check digit under the prefix 80840.
  expect(luhn('808401234567893')).toBe(true);
  for (const number of [0, 7, 100, 99_999_999]) {
    const npi = nationalProviderIdentifier(number);
    expect(npi).toMatch(/^9\d{9}$/);
    expect(luhn(`80840${npi}`)).toBe(true);
  }
});

function luhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, character, index) => {
    const digit = Number(character) * (index % 2 === 1 ? 2 : 1);
    return total + (digit > 9 ? digit - 9 : digit);
  }, 0);
  return sum % 10 === 0;
}

function passesMod10(code: string): boolean {
  return luhn(code.replace('-', ''));
}

/** Verhoeff's check: SNOMED CT Release File Specification, "Check-digit". */
function passesVerhoeff(code: string): boolean {
  const multiply = (left: number, right: number): number => {
    if (left < 5) return right < 5 ? (left + right) % 5 : ((left + right) % 5) + 5;
    return right < 5 ? ((left - right + 5) % 5) + 5 : (left - right + 10) % 5;
  };
  const first = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  const permute = (digit: number, times: number): number =>
    times === 0 ? digit : permute(first[digit] ?? 0, times - 1);
  return (
    [...code]
      .reverse()
      .reduce((check, digit, index) => multiply(check, permute(Number(digit), index % 8)), 0) === 0
  );
}
