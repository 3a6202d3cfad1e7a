import { describe, expect, it } from 'vitest';
import { parseCommandLine, UsageError } from './command-line.ts';
import { ConfigError, loadConfig } from './config.ts';

const NOW = new Date('2026-11-24T15:00:00Z');
const parse = (...args: string[]) => parseCommandLine(args, NOW);

describe('the command line', () => {
  it('without arguments loads the demonstration clinic of today', () => {
    expect(parse()).toEqual({
      kind: 'demo',
      ifEmpty: false,
      today: '2026-11-24',
      seed: 'wellspring',
      password: 'Wellspring-Demo-1',
    });
  });

  it.each([
    ['2026-11-30T12:59:00Z', '2026-11-29'],
    ['2026-11-30T13:00:00Z', '2026-11-30'],
    ['2026-12-01T01:30:00Z', '2026-11-30'],
    ['2027-07-01T11:59:00Z', '2027-06-30'],
    ['2027-07-01T12:00:00Z', '2027-07-01'],
  ])('at %s counts from %s, the last day that has begun at the clinic', (now, today) => {
    expect(parseCommandLine([], new Date(now))).toMatchObject({ today });
  });

  it('takes the options of the demonstration clinic', () => {
    expect(
      parse('--if-empty', '--today', '2027-01-05', '--seed', 'x', '--password', 'correct horse battery'),
    ).toMatchObject({ ifEmpty: true, today: '2027-01-05', seed: 'x', password: 'correct horse battery' });
  });

  it('takes a folder of Synthea Bundles', () => {
    expect(parse('--synthea', 'dir', '--concurrency', '8', '--again', '--keep-going')).toEqual({
      kind: 'synthea',
      directory: 'dir',
      concurrency: 8,
      again: true,
      keepGoing: true,
    });
    expect(parse('--synthea=dir')).toMatchObject({ concurrency: 3, again: false, keepGoing: false });
  });

  it('explains itself', () => {
    expect(parse('-h')).toEqual({ kind: 'help' });
  });

  it.each([
    [['--sinthea', 'dir'], /--sinthea/],
    [['dir'], /dir/],
    [['--synthea'], /synthea/],
    [['--synthea', ''], /folder/],
    [['--synthea', 'dir', '--concurrency', '0'], /1 to 16/],
    [['--synthea', 'dir', '--concurrency', 'many'], /1 to 16/],
    [['--synthea', 'dir', '--if-empty'], /--if-empty does not go with --synthea/],
    [['--today', '24.11.2026'], /--today must be a day/],
    [['--today', '2026-13-01'], /--today must be a day/],
    [['--password', 'short'], /12 characters/],
    [['--again'], /--again belongs to --synthea/],
  ])('refuses %j', (args, message) => {
    expect(() => parse(...args)).toThrow(UsageError);
    expect(() => parse(...args)).toThrow(message);
  });
});

describe('the configuration', () => {
  it('has defaults for everything', () => {
    expect(loadConfig({})).toEqual({
      fhirBaseUrl: 'http://localhost:8080/fhir',
      clientId: 'seed',
      clientKeyFile: 'data/keys/seed.jwk.json',
      dataDir: './data',
    });
  });

  it('finds the key under the data folder unless told where', () => {
    expect(loadConfig({ DATA_DIR: '/d' }).clientKeyFile).toBe('/d/keys/seed.jwk.json');
    expect(loadConfig({ DATA_DIR: '/d', SEED_CLIENT_KEY_FILE: '/k.json' }).clientKeyFile).toBe('/k.json');
  });

  it.each(['ftp://x/fhir', 'localhost:8080/fhir', 'http://x/fhir/'])(
    'refuses the base URL %s',
    (FHIR_BASE_URL) => {
      expect(() => loadConfig({ FHIR_BASE_URL })).toThrow(ConfigError);
    },
  );
});
