/** What is new: the inbox, and what the frame says of it on every page. */
export const inbox = {
  'What is new': 'Novedades',
  Cancelled: 'Cancelada',
  'and {count} more': 'y {count} más',
  '1 new thing': '1 novedad',
  '{count} new things': '{count} novedades',
};
