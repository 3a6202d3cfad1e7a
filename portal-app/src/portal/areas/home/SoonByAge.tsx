/** What changes soon with age; fetched when the page stands. */
import { AgeChanges } from '../../../views/AgeChanges.tsx';

export function SoonByAge() {
  return <AgeChanges soon />;
}
