/** Checking in ahead of a visit: the portal's page, and what the desk sees of it. */
export const checkIn = {
  'Check in for a visit': 'Registrarse para una cita',
  'Checking in is possible from three days before a visit until it begins.':
    'Puede registrarse desde tres días antes de la cita hasta que empiece.',
  'Is the insurance right?': '¿Es correcto el seguro?',
  'Is the list of medicines right?': '¿Es correcta la lista de medicinas?',
  'Is the list of allergies right?': '¿Es correcta la lista de alergias?',
  'Are phone, e-mail and address right?': '¿Son correctos el teléfono, el correo y la dirección?',
  'What is different?': '¿Qué es distinto?',
  'Contact details': 'Datos de contacto',
  'What you agree to': 'A qué da su consentimiento',
  'Your full name, as your signature': 'Su nombre completo, como firma',
  'With it you sign what you have answered on this page.':
    'Con él firma lo que ha respondido en esta página.',
  'Sign and check in': 'Firmar y registrarse',
  'Change my list of medicines': 'Cambiar mi lista de medicinas',
  'Hand in insurance, with pictures of the card': 'Entregar el seguro, con fotos de la tarjeta',
  'You are checked in': 'Está registrado para la cita',
  'This is what you signed. The clinic has it; tell it by a message when something changes.':
    'Esto es lo que firmó. La clínica lo tiene; avísele con un mensaje si algo cambia.',
  'Signed by {name} on {when}, for {clinic}.': 'Firmado por {name} el {when}, para {clinic}.',
  'Checked in ahead on {when}, signed by {name}': 'Registrado de antemano el {when}, firmado por {name}',
  'Something is different': 'Algo es distinto',
};
