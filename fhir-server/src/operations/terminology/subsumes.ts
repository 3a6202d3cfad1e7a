/** CodeSystem `$subsumes` (https://hl7.org/fhir/R4/codesystem-operation-subsumes.html). */
import { invalid, notKnown } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import { inputOf, ofKind, parametersReply } from '../parameters.ts';
import { ANOTHER, missing, nameOf, unlessHeld } from './code-systems.ts';
import { type AskedCode, askedOf, codeSystemOf, isOfAnother, isOtherVersion, otherVersion } from './input.ts';

export async function subsumes(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, {
    ...ofKind(['codeA', 'codeB', 'system', 'version'], 'text'),
    ...ofKind(['codingA', 'codingB'], 'Coding'),
    codeSystem: 'CodeSystem',
  });
  const asked = askedOf(services, request, input);
  const [a, b] = [sideOf('A'), sideOf('B')];
  function sideOf(side: 'A' | 'B') {
    const coding = input.value(`coding${side}`) as Partial<AskedCode> | undefined;
    const code = input.one(`code${side}`) ?? coding?.code;
    if (!code)
      throw invalid("$subsumes needs 'codeA' and 'codeB' with a 'system', or 'codingA' and 'codingB'.");
    const [system, ofSystem] = (coding?.system ?? input.one('system'))?.split('|') ?? [];
    return { code, system, version: coding?.version ?? ofSystem };
  }
  const isGiven = request.id !== '' || input.value('codeSystem') !== undefined;
  if (a.system !== b.system && !isGiven) throw invalid('The codes are of different code systems.');
  const { system } = a;
  const versions = [input.one('version'), a.version, b.version].filter((each) => each !== undefined);
  const [version] = versions;
  if (versions.some((each) => each !== version))
    throw invalid('The codes are of different versions of the code system.');
  const source = await codeSystemOf(asked, { system, version });
  if (source && [a, b].some((each) => isOfAnother(source, each.system))) throw invalid(ANOTHER);
  if (source && isOtherVersion(source, version))
    throw notKnown(otherVersion({ version }, source.version), 'version');
  const query = { system, version, codeA: a.code, codeB: b.code };
  const elsewhere = await unlessHeld(asked, source, a.code, 'CodeSystem/$subsumes', query);
  if (elsewhere) return elsewhere;
  if (!source) throw notKnown(`The code system ${nameOf({ system, version })} is not known here.`, 'system');
  const found = await source.find([a.code, b.code]);
  const [one, other] = [found.get(a.code), found.get(b.code)];
  if (!one || !other) throw notKnown(missing(source), one ? 'codeB' : 'codeA');
  const above = await source.ancestors([one.code, other.code]);
  return parametersReply({ name: 'outcome', valueCode: outcomeOf(one.code, other.code, above) });
}

function outcomeOf(a: string, b: string, above: ReadonlyMap<string, ReadonlySet<string>>): string {
  if (a === b) return 'equivalent';
  if (above.get(b)?.has(a)) return 'subsumes';
  return above.get(a)?.has(b) ? 'subsumed-by' : 'not-subsumed';
}
