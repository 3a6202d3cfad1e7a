/** What the page of all pages says of each. */
export const more = {
  'Search everything; health problems, allergies, vaccinations, notes':
    'Busque en todo; problemas de salud, alergias, vacunas, notas',
  'One page for another doctor, on screen or on paper': 'Una página para otro médico, en pantalla o en papel',
  'The log that the clinic’s server keeps': 'El registro que lleva el servidor de la clínica',
  'Contact details, insurance, notices, family access, connected apps':
    'Datos de contacto, seguro, avisos, acceso de familiares, aplicaciones conectadas',
  'Messages, results, visits, documents and answers that are new':
    'Mensajes, resultados, citas, documentos y respuestas nuevos',
};
