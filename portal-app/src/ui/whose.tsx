/** Whose record is open, for the parts that pages are made of; undefined where no record is open, or where its pages say it themselves. */
import { createContext, useContext } from 'react';

export interface WhoseName {
  readonly name: string;
  readonly isOwn: boolean;
}

export const WhoseContext = createContext<WhoseName | undefined>(undefined);

/** Whose it is, where it is not the reader's own: a page then says so. */
export function useOther(): WhoseName | undefined {
  const whose = useContext(WhoseContext);
  return whose && !whose.isOwn && whose.name !== '' ? whose : undefined;
}

/** At most two letters: of the first and the last of somebody's names. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const shown = words.length > 1 ? [words[0], words.at(-1)] : words;
  return shown.map((word) => [...(word ?? '')][0]?.toLocaleUpperCase() ?? '').join('');
}
