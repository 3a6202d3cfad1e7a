/** Puts words into a field as if they had been typed: beside what stands there, at the cursor, and gone again by the browser's own undo. */
export function writeInto(id: string, words: string): void {
  const field = document.getElementById(id);
  if (!(field instanceof HTMLTextAreaElement)) return;
  const { value, selectionEnd } = field;
  // Whoever has not been in it has its cursor before the first letter: they go on at the end.
  const at = selectionEnd === 0 ? value.length : selectionEnd;
  field.focus();
  field.setSelectionRange(at, at);
  const [before, after] = [value.slice(0, at), value.slice(at)];
  const text = `${gapAfter(before)}${words}${/^\S/.test(after) ? '\n\n' : ''}`;
  // The one way by which what a page writes can be undone like what was typed (https://w3c.github.io/editing/docs/execCommand/); React hears of it as of any other input.
  if (document.execCommand('insertText', false, text)) return;
  field.setRangeText(text, at, at, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** What is written stands apart from a line that is begun. */
const gapAfter = (before: string): string => (/\S[^\n]*$/.test(before) ? '\n\n' : '');
