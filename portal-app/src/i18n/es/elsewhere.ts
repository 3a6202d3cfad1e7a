/** To whoever is in the wrong place: in the app of the others, at an address that leads nowhere, opened for another server. */
export const elsewhere = {
  'This is not free any more. Please choose another.': 'Ya no está libre. Elija otra opción.',
  'The clinic’s system did not accept this. Check what you entered.':
    'El sistema de la clínica no aceptó esto. Revise lo que escribió.',
  'As many of these wait as may. Nothing was lost: take one back first, or call the clinic.':
    'Ya esperan tantas como se admiten. No se perdió nada: retire una primero o llame a la clínica.',
  'Too much was asked just now. Nothing was lost: try again in a minute.':
    'Se pidió demasiado de una vez. No se perdió nada: inténtelo de nuevo en un minuto.',
  'Too much was asked for now. Nothing was lost: try again after {time}.':
    'Por ahora se pidió demasiado. No se perdió nada: inténtelo de nuevo después del {time}.',
  'There is no such page': 'Esta página no existe',
  'The link may be old. {link}.': 'El enlace puede ser viejo. {link}.',
  'This is the patients’ portal': 'Este es el portal de los pacientes',
  'This is the care team’s desk': 'Este es el escritorio del equipo de atención',
  'You are signed in as one of the care team. Your place is the desk.':
    'Ha entrado como parte del equipo de atención. Su lugar es el escritorio.',
  'You are signed in as a patient. Your own record is in the portal.':
    'Ha entrado como paciente. Su propio expediente está en el portal.',
  'Open the desk': 'Abrir el escritorio',
  'Open the portal': 'Abrir el portal',
  'Sign in as somebody else': 'Entrar como otra persona',
  'The sign-in was not finished, and this launch is over. Open the app again from your system.':
    'No se terminó de iniciar sesión y esta apertura ya no vale. Abra la aplicación de nuevo desde su sistema.',
  'This app was opened for another server. Open it again from your system.':
    'Esta aplicación se abrió para otro servidor. Ábrala de nuevo desde su sistema.',
};
