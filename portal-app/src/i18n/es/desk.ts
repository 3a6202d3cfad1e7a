/** What only the care team's desk says. */
export const desk = {
  Patient: 'Paciente',
  'The care team’s desk': 'El escritorio del equipo de atención',
  'What patients sent, and what waits for an answer.':
    'Lo que enviaron los pacientes y lo que espera respuesta.',
  'You sign in with your account at the clinic.': 'Usted entra con su cuenta de la clínica.',
  'The desk is not available': 'El escritorio no está disponible',
  'Please try again in a few minutes.': 'Inténtelo de nuevo en unos minutos.',
  'To protect patients’ records you will be signed out in two minutes.':
    'Para proteger los expedientes, la sesión se cerrará en dos minutos.',
  Start: 'Inicio del turno',
  'Your work at the clinic': 'Su trabajo en la clínica',
  'First in line': 'Lo primero de la lista',
  'Your visits today': 'Sus citas de hoy',
  'Your visits on {day}': 'Sus citas del {day}',
  'Is here': 'Ya llegó',
  Over: 'Ya pasó',
  'No role is on record for you, so no patient can be opened. Please ask an administrator.':
    'No consta ninguna función suya, así que no se puede abrir a ningún paciente. Pregunte a un administrador.',
};
