/** What R4's text says of a resource as a whole: told by `$validate` alone. */
import { isObject } from '../../fhirpath/node.ts';
import { listOf } from '../authoring/authoring-report.ts';
import { TYPES } from '../questionnaire/answer-value.ts';
import { choiceOf } from '../structure/choice.ts';
import type { ValueFault } from './closer-values.ts';

type Json = Readonly<Record<string, unknown>>;

const BY_TYPE: Readonly<Record<string, (resource: Json) => ValueFault[]>> = {
  Bundle: bundleFaults,
  Questionnaire: questionnaireFaults,
};

/** `place` is below the resource. */
export const closerResourceFaults = (resource: Json): ValueFault[] => [
  ...(BY_TYPE[String(resource.resourceType)]?.(resource) ?? []),
];

/** Whose entries are not told by an identity of their own: they are asked for, or answered. */
const BY_REQUEST: ReadonlySet<unknown> = new Set([
  'transaction',
  'batch',
  'transaction-response',
  'batch-response',
  'history',
]);

/** https://hl7.org/fhir/R4/bundle.html#bundle-unique */
function bundleFaults({ type, entry }: Json): ValueFault[] {
  if (BY_REQUEST.has(type)) return [];
  return listOf(entry).flatMap(({ fullUrl, resource }, i): ValueFault[] => {
    if (!isObject(resource) || resource.resourceType === 'OperationOutcome') return [];
    const isFound = type === 'searchset' && resource.resourceType !== 'Parameters';
    return [
      ...(fullUrl === undefined
        ? [{ place: `entry[${i}].fullUrl`, text: 'A resource in a Bundle of this type has a full URL.' }]
        : []),
      ...(isFound && resource.id === undefined
        ? [{ place: `entry[${i}].resource.id`, text: 'What a search finds has an id.' }]
        : []),
    ];
  });
}

function questionnaireFaults(questionnaire: Json): ValueFault[] {
  const items = itemsOf(questionnaire, 'item');
  const linkIds = new Set(items.map(({ item }) => item.linkId));
  return items.flatMap((each) => [...conditionFaults(each, linkIds), ...typeFaults(each)]);
}

/** What an item waits for is another question of the same form (https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen.question). */
const conditionFaults = ({ item, place }: Item, linkIds: ReadonlySet<unknown>): ValueFault[] =>
  listOf(item.enableWhen).flatMap(({ question }, i): ValueFault[] => {
    const at = `${place}.enableWhen[${i}].question`;
    if (!linkIds.has(question)) return [{ place: at, text: 'The form has no question of this linkId.' }];
    return question === item.linkId ? [{ place: at, text: 'A question can not wait for itself.' }] : [];
  });

/** Options and what is answered to begin with are of the question's type (https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.initial). */
function typeFaults({ item, place }: Item): ValueFault[] {
  const types = TYPES[String(item.type)];
  if (!types) return [];
  return ['answerOption', 'initial'].flatMap((name) =>
    listOf(item[name]).flatMap((each, i): ValueFault[] => {
      const type = choiceOf(each, 'value')?.type;
      if (type === undefined || types.includes(type)) return [];
      return [{ place: `${place}.${name}[${i}].value`, text: `The question is of type ${item.type}.` }];
    }),
  );
}

interface Item {
  readonly item: Json;
  readonly place: string;
}

const itemsOf = (holder: Json, path: string): Item[] =>
  listOf(holder.item).flatMap((item, i) => {
    const place = `${path}[${i}]`;
    return [{ item, place }, ...itemsOf(item, `${place}.item`)];
  });
