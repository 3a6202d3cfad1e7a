/** What was begun and not sent: kept in memory while the page lives, so that leaving a form loses nothing and a browser keeps nothing. */
import { useState } from 'react';

const drafts = new Map<string, string>();

/** Like useState, but under a name: the text is there again when the form is. An empty text is no draft. */
export function useDraft(name: string): [text: string, setText: (text: string) => void] {
  const [text, setText] = useState(drafts.get(name) ?? '');
  return [
    text,
    (next) => {
      if (next === '') drafts.delete(name);
      else drafts.set(name, next);
      setText(next);
    },
  ];
}
