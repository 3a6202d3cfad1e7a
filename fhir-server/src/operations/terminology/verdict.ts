/**
 * What `$validate-code` answers (https://hl7.org/fhir/R4/valueset-operation-validate-code.html), of code systems and of value sets: `result`, `message` and `display` of R4, and which
 * code of which version was meant, whether it is inactive, and the messages as `issues`, as R5 has them and clients of R4 ask for.
 */
import { type Issue, operationOutcome } from '@wellspring/profiles';
import type { Reply } from '../../interactions/request.ts';
import { type CodeSource, displayOf, type FoundConcept, isCalled } from '../../terminology/code-source.ts';
import { type OperationInput, parametersReply, truth } from '../parameters.ts';
import type { AskedCode } from './input.ts';

export interface Verdict {
  readonly is: boolean;
  readonly reply: Reply;
}

/** Of the code that was asked about: where in the input it stands, and what it is of. */
interface About {
  readonly asked?: AskedCode | undefined;
  readonly source?: Pick<CodeSource, 'version'> | undefined;
  readonly concept?: FoundConcept | undefined;
  readonly display?: string | undefined;
}

/** `member`: of the code, which the message is about. */
export type Said = Pick<Issue, 'severity' | 'code'> & {
  readonly text: string;
  readonly member?: 'code' | 'display' | 'system' | 'version';
};

export const wrong = (text: string, code = 'code-invalid', member: Said['member'] = 'code'): Said => ({
  severity: 'error',
  code,
  text,
  member,
});

export function verdictOf(is: boolean, said: readonly Said[], about: About = {}): Verdict {
  const { asked, source, concept, display } = about;
  const code = asked?.code ?? concept?.code;
  const own = concept?.code === code ? undefined : concept?.code;
  const messages = said.filter(({ severity }) => severity !== 'information').map(({ text }) => text);
  const reply = parametersReply(
    { name: 'result', valueBoolean: is },
    ...(messages.length > 0 ? [{ name: 'message', valueString: messages.join(' ') }] : []),
    ...(display === undefined ? [] : [{ name: 'display', valueString: display }]),
    ...(code === undefined ? [] : [{ name: 'code', valueCode: code }]),
    ...(own === undefined ? [] : [{ name: 'normalized-code', valueCode: own }]),
    ...(asked?.system === undefined ? [] : [{ name: 'system', valueUri: asked.system }]),
    ...(source?.version === undefined ? [] : [{ name: 'version', valueString: source.version }]),
    ...(concept?.inactive ? [{ name: 'inactive', valueBoolean: true }] : []),
    ...(said.length > 0
      ? [{ name: 'issues', resource: operationOutcome(said.map((each) => issueOf(each, asked))) }]
      : []),
  );
  return { is, reply };
}

export const no = (said: Said, about: About = {}): Verdict => verdictOf(false, [said], about);

const issueOf = ({ severity, code, text, member }: Said, asked: AskedCode | undefined): Issue => ({
  severity,
  code,
  diagnostics: text,
  ...(asked && member ? { expression: `${asked.at}${member}` } : {}),
});

/** Of a code that is there: its display, whether it may be chosen, whether it is still used. */
export function conceptVerdict(
  input: OperationInput,
  asked: AskedCode,
  source: Pick<CodeSource, 'version'> | undefined,
  concept: FoundConcept,
): Verdict {
  const language = input.one('displayLanguage');
  const shown = displayOf(concept, language) ?? concept.code;
  const about = { asked, source, concept, display: shown };
  if (concept.abstract && truth(input, 'abstract') === false)
    return no(wrong('The code is a heading, and not to be chosen.', 'business-rule'), about);
  if (!isCalled(concept, asked.display, language))
    return no(wrong(`The code is known, by another display: '${shown}'.`, 'invalid', 'display'), about);
  const inactive: Said = {
    severity: 'warning',
    code: 'business-rule',
    text: 'The code is inactive.',
    member: 'code',
  };
  return verdictOf(true, [...(concept.inactive ? [inactive] : []), ...otherCase(asked, concept)], about);
}

/** Where case does not count. */
function otherCase({ code }: AskedCode, concept: FoundConcept): Said[] {
  if (code === concept.code) return [];
  const text = `The code system writes the code '${concept.code}'.`;
  return [{ severity: 'information', code: 'business-rule', text, member: 'code' }];
}
