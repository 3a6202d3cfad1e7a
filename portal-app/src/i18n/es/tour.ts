/** The tour of the first minute. */
export const tour = {
  'A short look around': 'Un breve recorrido',
  Skip: 'Omitir',
  'Step {step} of {count}': 'Paso {step} de {count}',
  'Next step': 'Paso siguiente',
  'Step before': 'Paso anterior',
  'What is new comes first': 'Lo nuevo va primero',
  'The first page begins with what has come: results, answers, visits. A number beside a page says how much there is that was not opened yet.':
    'La primera página empieza con lo que ha llegado: resultados, respuestas, citas. Un número junto a una página dice cuánto falta por abrir.',
  'Write, book, ask': 'Escribir, reservar, pedir',
  'Write to the care team, book or move a visit, ask for a refill: whenever it suits.':
    'Escriba al equipo médico, reserve o cambie una cita, pida un resurtido: cuando le convenga.',
  'Only for you': 'Solo para usted',
  'Every look at the record is written down, and can be seen under “Profile”.':
    'Cada acceso al expediente queda registrado y puede verse en «Perfil».',
  'On a device of your own a passkey signs you in with your fingerprint, your face or its lock, without the password.':
    'En un dispositivo suyo, una llave de acceso le permite entrar con la huella, la cara o el bloqueo del dispositivo, sin contraseña.',
  'Add a passkey': 'Agregar una llave de acceso',
};
