/** Documents that came from elsewhere, or were handed in. */
export const documents = {
  'Handed in by {name}, who calls it “{title}”': 'Lo entregó {name}, con el nombre «{title}»',
  'Handed in by {name}': 'Lo entregó {name}',
  'the patient': 'el paciente',
  'Whose it is': 'De quién es',
  'Written by': 'Escrito por',
  'Written on': 'Escrito el',
  Table: 'Tabla',
  'A document from elsewhere': 'Un documento de otro lugar',
  'It has no text that can be shown here.': 'No tiene texto que se pueda mostrar aquí.',
  'The document is longer than this page shows. Save it to have all of it.':
    'El documento es más largo de lo que muestra esta página. Guárdelo para tenerlo completo.',
};
