/** Which types a chain can go on through: what knows its next parameter. Asked before a hop is read, so that a chain of many types costs what it finds. */
import { isResourceType, searchParameter } from '@wellspring/profiles';
import { mayLeadTo, targetsOf } from './canonicals.ts';
import { LOOK, type QueryBudget } from './query-budget.ts';

/** Whether a type knows the parameter, and a chain goes on from there to something that knows its rest. What is answered once holds for the whole search. */
export type LeadsOn = (type: string, name: string) => boolean;

const OF_EVERY_TYPE: ReadonlySet<string> = new Set([
  '_id',
  '_text',
  '_content',
  '_list',
  '_filter',
  '_lastUpdated',
]);

export function createLeadsOn(budget: QueryBudget): LeadsOn {
  const byName = new Map<string, Map<string, boolean>>();
  const leadsOn: LeadsOn = (type, name) => {
    budget.spend(LOOK);
    const known = byName.get(name) ?? new Map<string, boolean>();
    byName.set(name, known);
    const found = known.get(type) ?? knows(type, name);
    known.set(type, found);
    return found;
  };

  function knows(type: string, name: string): boolean {
    if (name.startsWith('_has:')) return knowsHas(type, name);
    const dot = name.indexOf('.');
    const [code = '', modifier] = (dot < 0 ? name : name.slice(0, dot)).split(':');
    if (dot <= 0) return OF_EVERY_TYPE.has(code) || searchParameter(type, code) !== undefined;
    const parameter = searchParameter(type, code);
    if (parameter?.type !== 'reference') return false;
    const rest = name.slice(dot + 1);
    if (modifier !== undefined) return mayLeadTo(parameter, modifier) && leadsOn(modifier, rest);
    return targetsOf(parameter).some((target) => leadsOn(target, rest));
  }

  function knowsHas(type: string, name: string): boolean {
    const [, source = '', code = '', ...rest] = name.split(':');
    // What is written wrong is told when it is read.
    if (!isResourceType(source) || rest.length === 0) return true;
    const parameter = searchParameter(source, code);
    if (parameter?.type !== 'reference' || !mayLeadTo(parameter, type)) return false;
    return leadsOn(source, rest.join(':'));
  }

  return leadsOn;
}
