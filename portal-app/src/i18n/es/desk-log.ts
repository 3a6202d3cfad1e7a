/** What the desk says of an entry of the audit log. */
export const deskLog = {
  'Searched {things}': 'Buscó {things}',
  'Searched {things} by {names}': 'Buscó {things} por {names}',
  'Used {operation} on {things}': 'Usó {operation} sobre {things}',
  'What is shown': 'Qué se muestra',
  'Only what was changed': 'Solo lo que cambió',
  'Only what was refused or failed': 'Solo lo rechazado o fallido',
  succeeded: 'correcto',
  refused: 'rechazado',
  failed: 'fallido',
};
