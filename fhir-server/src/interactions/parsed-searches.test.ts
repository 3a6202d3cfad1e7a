/** What a search says is read once, and means to each caller, at each time, what it would mean read anew. */
import { addSearchParameter, removeSearchParameter } from '@wellspring/profiles';
import { describe, expect, it } from 'vitest';
import { accessContext } from '../access/access-context.ts';
import type { SearchRequest } from '../search/parse-search.ts';
import { parse } from './parse.ts';
import type { Services } from './request.ts';

const system = accessContext({ active: true, client_id: 'c', scope: 'system/*.rs' });
const patient = accessContext({ active: true, scope: 'patient/Observation.rs', patient: 'ana' });

/** What reading a search needs of a server. */
function services(now = () => 0): Services {
  const limits = { defaultCount: 20, maxCount: 100 };
  return { repository: { baseUrl: 'https://clinic.example/fhir' }, limits, now } as unknown as Services;
}

const asks = (
  server: Services,
  query: string,
  { access = system, lenient = false } = {},
): Promise<SearchRequest> =>
  parse(server, { access, headers: lenient ? { prefer: 'handling=lenient' } : {} }, 'Observation', [
    ...new URLSearchParams(query),
  ]);

describe('a search that was read before', () => {
  it('is what it was, with its values and their order', async () => {
    const server = services();
    const first = await asks(server, 'code=a&status=final&_count=5');
    expect(await asks(server, 'code=a&status=final&_count=5')).toBe(first);
    expect((await asks(server, 'status=final&code=a&_count=5')).applied).not.toEqual(first.applied);
    expect((await asks(server, 'code=b&status=final&_count=5')).where).not.toEqual(first.where);
    expect(await asks(services(), 'code=a&status=final&_count=5')).toEqual(first);
  });

  it('is read anew where it rests on the time', async () => {
    let day = Date.UTC(2026, 0, 1);
    const server = services(() => day);
    const first = await asks(server, 'date=ap2025');
    day += 400 * 86_400_000;
    expect((await asks(server, 'date=ap2025')).where).not.toEqual(first.where);
  });

  it('is refused where what it may look at is not granted, whoever asked before', async () => {
    const server = services();
    await asks(server, 'subject:Patient.name=Ana');
    await expect(asks(server, 'subject:Patient.name=Ana', { access: patient })).rejects.toMatchObject({
      status: 403,
    });
  });

  it('is refused where its parameter is none any more', async () => {
    const server = services();
    const url = 'https://clinic.example/SearchParameter/bed';
    addSearchParameter({
      code: 'bed',
      url,
      type: 'string',
      base: ['Observation'],
      expression: 'Observation.bodySite.text',
      target: [],
      components: [],
    });
    await asks(server, 'bed=a');
    removeSearchParameter(url);
    await expect(asks(server, 'bed=a')).rejects.toMatchObject({ status: 400 });
  });

  it('that left something out is refused to whoever asks strictly', async () => {
    const server = services();
    expect((await asks(server, 'nothing=1', { lenient: true })).ignored).toHaveLength(1);
    await expect(asks(server, 'nothing=1')).rejects.toMatchObject({ status: 400 });
  });

  it('costs a request as much as it did', async () => {
    const server = services();
    const values = Array.from({ length: 90 }, (_, i) => `ge${2000 + i}`).join(',');
    const request = { ...patient };
    const many = async (): Promise<number> => {
      for (let i = 0; ; i++)
        try {
          await asks(server, `date=${values}`, { access: request });
        } catch (error) {
          expect(error).toMatchObject({ status: 413 });
          return i;
        }
    };
    const count = await many();
    expect(count).toBeGreaterThan(1);
    const apart = { ...patient };
    let before = 0;
    for (; before < count; before++) await asks(services(), `date=${values}`, { access: apart });
    await expect(asks(services(), `date=${values}`, { access: apart })).rejects.toMatchObject({
      status: 413,
    });
  });
});
