/** Texts of both apps about each other. */
export const elsewhere = {
  'This is the patients’ portal': 'Este es el portal de los pacientes',
  'This is the care team’s desk': 'Este es el escritorio del equipo de atención',
  'You are signed in as one of the care team. Your place is the desk.':
    'Ha entrado como parte del equipo de atención. Su lugar es el escritorio.',
  'You are signed in as a patient. Your own record is in the portal.':
    'Ha entrado como paciente. Su propio expediente está en el portal.',
  'Open the desk': 'Abrir el escritorio',
  'Open the portal': 'Abrir el portal',
  'Sign in as somebody else': 'Entrar como otra persona',
};
