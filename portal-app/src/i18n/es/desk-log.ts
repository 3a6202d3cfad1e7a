/** What the desk says of an entry of the audit log. */
export const deskLog = {
  'Searched {things}': 'Buscó {things}',
  'Searched {things} by {names}': 'Buscó {things} por {names}',
  'Used {operation} on {things}': 'Usó {operation} sobre {things}',
  succeeded: 'correcto',
  refused: 'rechazado',
  failed: 'fallido',
};
