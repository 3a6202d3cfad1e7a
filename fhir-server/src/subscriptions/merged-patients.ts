/** Whoever asks for a Patient by name is told of what came to be another's when the two were merged: the record goes on there. */
import { patientId } from '../search/own-references.ts';
import { type QueryNode, withLeaves } from '../search/query.ts';

/** Ids of the Patients that this one was merged into, one after the other. */
export type SuccessorsOf = (patient: string) => readonly string[];

/** Ids of the Patients that a query names, as whose record it is or as what is referred to. */
export function patientsNamed(node: QueryNode): string[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.nodes.flatMap(patientsNamed);
    case 'not':
      return patientsNamed(node.node);
    case 'owner':
      return [...node.patients];
    case 'reference':
      return node.targets.flatMap((target) => patientId(target) ?? []);
    default:
      return [];
  }
}

/** The same, of these Patients too. */
export function withSuccessors(node: QueryNode, successorsOf: SuccessorsOf): QueryNode {
  const targetsAfter = (target: string): string[] => {
    const id = patientId(target);
    return id === undefined ? [] : successorsOf(id).map((each) => `Patient/${each}`);
  };
  return withLeaves(node, (leaf) => {
    switch (leaf.kind) {
      case 'owner':
        return { kind: 'owner', patients: leaf.patients.flatMap((id) => [id, ...successorsOf(id)]) };
      case 'reference':
        return { ...leaf, targets: leaf.targets.flatMap((target) => [target, ...targetsAfter(target)]) };
      default:
        return leaf;
    }
  });
}
