/** SMART Health Cards: what goes in, and the card as a code, a file and on paper. */
export const healthCards = {
  'SMART Health Card': 'Tarjeta de salud SMART',
  'Get a SMART Health Card': 'Obtener una tarjeta de salud SMART',
  'A code that a school, an employer or another clinic can check: signed by {clinic}, so that nobody can change it. Whoever sees the code can read what is in it.':
    'Un código que una escuela, una empresa u otra clínica puede comprobar: lo firma {clinic}, así que nadie puede cambiarlo. Quien ve el código puede leer lo que contiene.',
  'There is nothing here that could be in a card.': 'Aquí no hay nada que pueda ir en una tarjeta.',
  'What goes into the card': 'Qué va en la tarjeta',
  'Choose all {count}': 'Elegir todo ({count})',
  'Choose none': 'No elegir nada',
  'Besides the name, which is always in it': 'Además del nombre, que siempre va en ella',
  'Date of birth: who checks the card compares it with a document':
    'Fecha de nacimiento: quien comprueba la tarjeta la compara con un documento',
  'Make the card': 'Hacer la tarjeta',
  'Please choose what goes into the card.': 'Elija qué va en la tarjeta.',
  'None of these can be in a card: the record has them in words only.':
    'Nada de esto puede ir en una tarjeta: en el expediente solo está en palabras.',
  'The card is ready': 'La tarjeta está lista',
  'The code of the card': 'El código de la tarjeta',
  'It takes several codes, and all of them have to be shown. With less in it, one is enough.':
    'Hacen falta varios códigos, y hay que mostrarlos todos. Con menos contenido basta uno.',
  'Code {number} of {count}': 'Código {number} de {count}',
  'Save as a file': 'Guardar como archivo',
  'Make another card': 'Hacer otra tarjeta',
  'In this card': 'En esta tarjeta',
  'Not in this card': 'No está en esta tarjeta',
  'The record has these in words only, and cards hold codes.':
    'En el expediente esto solo está en palabras, y las tarjetas contienen códigos.',
};
