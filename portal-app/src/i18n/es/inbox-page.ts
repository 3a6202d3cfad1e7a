/** The inbox page. */
export const inboxPage = {
  'Nothing is new. What the clinic sends you, and asks of you, is shown here first.':
    'No hay novedades. Lo que la clínica le envíe, y le pida, aparece aquí primero.',
  'Mark all as seen': 'Marcar todo como visto',
  'Messages count as read when you open them; what there is to do stays until it is done.':
    'Los mensajes cuentan como leídos cuando los abre; lo que hay por hacer se queda hasta que se haga.',
  'Seen. What comes next is shown here.': 'Visto. Lo próximo que llegue aparece aquí.',
  'New document': 'Documento nuevo',
  'Answer of the clinic': 'Respuesta de la clínica',
};
