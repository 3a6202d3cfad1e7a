/** What R4 says of single values of a datatype, beside their structure: codes, references, periods, attachments, extensions. Part of the walk in validate-resource.ts. */
import { isObject } from '../../fhirpath/node.ts';
import type { ElementSpec } from '../../table-format.ts';
import { isResourceType } from '../../tables.ts';
import { isInBinding, isInBindingCode } from '../codes/bindings.ts';
import { isCodeOfR4 } from '../codes/codes.ts';
import { setFormFault } from '../codes/set-forms.ts';
import { narrativeFault } from './narrative.ts';
import { isPeriodOrdered } from './period.ts';
import { BLANK_IN_REFERENCE, hasBlank } from './primitives.ts';
import { isAbsolute, isSystem, referencedType, typeNamed } from './uris.ts';
import { type Json, report, type WalkState } from './walk-state.ts';

export function checkNarrative(state: WalkState, value: string): void {
  const fault = narrativeFault(value);
  if (fault) report(state, 'invariant', fault);
}

const NAMES_LOCALS: ReadonlySet<string> = new Set(['uri', 'url', 'canonical']);

export function noteLocal(state: WalkState, type: string, value: string): void {
  if (NAMES_LOCALS.has(type)) state.local?.named.add(value.slice(1));
}

export function checkCode(state: WalkState, binding: string, value: string): void {
  if (!isInBindingCode(binding, value))
    report(state, 'code-invalid', `The code is not in the required value set ${binding}.`);
}

export function checkCodeForm(state: WalkState, valueSet: string, code: unknown): void {
  const fault = setFormFault(valueSet, code);
  if (fault !== undefined) report(state, 'code-invalid', fault);
}

export function checkConcept(state: WalkState, element: ElementSpec, value: Json): void {
  if (!isInBinding(element.binding as string, element.type, value))
    report(state, 'code-invalid', `No coding is in the required value set ${element.binding}.`);
}

/** What a reference leads to, as far as it can be told, and what Reference.type says of that, are types that the element is for. */
export function checkReference(state: WalkState, element: ElementSpec, value: Json): void {
  const { reference } = value;
  const led = typeof reference === 'string' ? checkLiteral(state, element, reference) : undefined;
  checkReferenceType(state, element, value.type, led);
}

/** The type that it leads to; undefined: that can't be told. */
function checkLiteral(state: WalkState, { targets }: ElementSpec, reference: string): string | undefined {
  state.path.push('reference');
  // It is a string by its type, and a URL by what R4 says of it (https://hl7.org/fhir/R4/references.html#literal).
  if (hasBlank(reference)) report(state, 'value', BLANK_IN_REFERENCE);
  const isInside = reference.startsWith('#');
  const named = isInside ? typeInside(state, reference.slice(1)) : referencedType(reference);
  const type = named !== undefined && isResourceType(named) ? named : undefined;
  if (isInside && named === undefined)
    report(state, 'invariant', 'ref-1: no contained resource has this id.');
  // What contains it can be of any type: a Provenance of it, say, that is contained in it.
  else if (type !== undefined && targets && !targets.includes(type) && reference !== '#')
    report(state, 'value', isInside ? leadsAstray(type, targets) : mayLeadTo(targets));
  state.path.pop();
  return type;
}

/** Of what is contained, or contains it. */
function typeInside({ local, root }: WalkState, id: string): string | undefined {
  local?.named.add(id);
  return id === '' ? String(root.resourceType) : local?.contained.get(id);
}

const mayLeadTo = (targets: readonly string[]): string =>
  `The reference may lead to ${targets.join(', ')} only.`;

export const leadsAstray = (type: string, targets: readonly string[]): string =>
  `This leads to a ${type}; it may lead to ${targets.join(', ')} only.`;

/** Reference.type is the type of what is referred to: a name of R4's, or the URL of a logical model. */
function checkReferenceType(
  state: WalkState,
  { targets }: ElementSpec,
  type: unknown,
  led: string | undefined,
): void {
  if (typeof type !== 'string') return;
  const named = typeNamed(type);
  const fault = typeFault(named, targets, led);
  if (fault === undefined) return;
  state.path.push('type');
  report(state, 'value', fault);
  state.path.pop();
}

function typeFault(
  named: string,
  targets: readonly string[] | undefined,
  led: string | undefined,
): string | undefined {
  if (!isResourceType(named)) return isAbsolute(named) ? undefined : 'No type of R4 has this name.';
  if (led !== undefined && led !== named) return CONTRADICTS;
  return targets && led === undefined && !targets.includes(named) ? mayLeadTo(targets) : undefined;
}

export const CONTRADICTS = 'The type is not that of the reference.';

export function checkPeriod(state: WalkState, value: Json): void {
  if (!isPeriodOrdered(value)) report(state, 'invariant', 'per-1: the period ends before it starts.');
}

export function checkSystem(state: WalkState, { system, code }: Json): void {
  if (isSystem(system)) {
    if (isCodeOfR4(system, code)) return;
    state.path.push('code');
    report(state, 'code-invalid', 'The code system, which is part of R4, has no such code.');
  } else {
    state.path.push('system');
    report(
      state,
      'value',
      isAbsolute(system)
        ? 'The URL of a value set is no code system.'
        : 'A code system is named by an absolute URI.',
    );
  }
  state.path.pop();
}

/** https://hl7.org/fhir/R4/datatypes-definitions.html#Attachment.size: of the data as they are before base64. */
export function checkAttachment(state: WalkState, { data, size }: Json): void {
  if (typeof data !== 'string' || typeof size !== 'number') return;
  if (Buffer.byteLength(data.replace(/\s/g, ''), 'base64') === size) return;
  state.path.push('size');
  report(state, 'value', 'The size is not that of the data.');
  state.path.pop();
}

/** ext-1: either extensions or a value. */
export function checkExtension(state: WalkState, value: Json): void {
  const hasValue = Object.keys(value).some((key) => key.startsWith('value') || key.startsWith('_value'));
  if (hasValue === (value.extension !== undefined)) {
    report(state, 'invariant', 'ext-1: an extension has either a value or extensions of its own.');
  }
  // The names inside an extension are its own.
  if (!isNested(state) && !isAbsolute(value.url)) {
    state.path.push('url');
    report(state, 'value', 'The url of an extension is absolute.');
    state.path.pop();
  }
}

/** `….extension[0].extension[1]` */
const isNested = ({ path }: WalkState): boolean => /^(?:modifierE|e)xtension$/.test(String(path.at(-4)));

const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const isAbsent = (twin: unknown): boolean =>
  isObject(twin) &&
  Array.isArray(twin.extension) &&
  twin.extension.every((each) => isObject(each) && each.url === ABSENT);

/** A required binding leaves no room for a code that is absent, whatever the reason (https://hl7.org/fhir/R4/terminologies.html#required). Another extension may stand for it. */
export function checkHasCode(
  state: WalkState,
  { binding, type }: ElementSpec,
  twin: unknown,
  value: unknown,
): void {
  if (!binding || type !== 'code') return;
  const values = Array.isArray(value) ? value : [value];
  const twins = Array.isArray(twin) ? twin : [twin];
  if (twins.some((each, i) => (values[i] ?? null) === null && isAbsent(each)))
    report(state, 'code-invalid', `A code is required here, from the value set ${binding}.`);
}
