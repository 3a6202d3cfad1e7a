/** What the desk says of the words of notices. */
export const deskNotices = {
  'A new message': 'Un mensaje nuevo',
  'A new result, or something else in the record': 'Un resultado nuevo u otra cosa en el expediente',
  'A visit was booked, moved or cancelled': 'Una cita se reservó, se movió o se canceló',
  'An answer to a request': 'Una respuesta a una solicitud',
  'A visit is coming up': 'Se acerca una cita',
  'A time from the waiting list': 'Una hora de la lista de espera',
  'Something to fill in': 'Algo que rellenar',
  'Contact details were changed': 'Se cambiaron los datos de contacto',
  'What changes with a child’s age': 'Lo que cambia con la edad de un menor',
  'In English': 'En inglés',
  'In Spanish': 'En español',
  Notices: 'Avisos',
  'Your role names no clinic, so there are no words of its own.':
    'Su función no nombra ninguna clínica, así que no hay textos propios.',
  'Notices to patients': 'Avisos a pacientes',
  'They say that there is something, and never what it is: whoever sees a telephone lie there reads them. {clinic} and {phone} stand for the clinic; nothing of the patient can be put in.':
    'Dicen que hay algo y nunca qué es: quien vea un teléfono sobre la mesa los lee. {clinic} y {phone} representan a la clínica; no se puede poner nada del paciente.',
  'own words': 'texto propio',
  'Where it is empty: {text}': 'Si está vacío: {text}',
  'See how it is sent': 'Ver cómo se envía',
  'Back to the standard text': 'Volver al texto normal',
  'One line of 160 characters at most, no address of a page, and in braces nothing but clinic or phone.':
    'Una línea de 160 caracteres como máximo, sin la dirección de una página, y entre llaves solo clinic o phone.',
  'As a text message:': 'Como mensaje de texto:',
};
