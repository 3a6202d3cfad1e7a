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
  '{title} over time': '{title} a lo largo del tiempo',
  '{name}: no values.': '{name}: sin valores.',
  '{name}: {value} {unit} on {date}.': '{name}: {value} {unit} el {date}.',
  '{name}: {count} values from {first} ({firstValue} {unit}) to {last} ({lastValue} {unit}).':
    '{name}: {count} valores del {first} ({firstValue} {unit}) al {last} ({lastValue} {unit}).',
  Sex: 'Sexo',
  'Sending…': 'Enviando…',
  'Only PNG and JPEG pictures and PDF files can be sent.':
    'Solo se pueden enviar imágenes PNG y JPEG y archivos PDF.',
  'The file is larger than 1 MB. Please choose a smaller one.':
    'El archivo pesa más de 1 MB. Elija uno más pequeño, por favor.',
  'The picture could not be read. Please choose another one.':
    'No se pudo leer la imagen. Elija otra, por favor.',
  'Please enter a whole phone number.': 'Escriba un número de teléfono completo, por favor.',
  'Please enter a whole e-mail address.': 'Escriba una dirección de correo completa, por favor.',
  'What you take now, and before': 'Lo que toma ahora, y antes',
  'How you have been lately, and before a visit': 'Cómo ha estado últimamente, y antes de una cita',
  'One answer needs another look.': 'Revise una respuesta, por favor.',
  '{count} answers need another look.': 'Revise {count} respuestas, por favor.',
  'Please enter a number.': 'Escriba un número, por favor.',
  'Please fill this in.': 'Complete este campo, por favor.',
  'Choose a file': 'Elegir un archivo',
  'Choose another file': 'Elegir otro archivo',
  'Here your browser asks for {order}.': 'Aquí su navegador pide {order}.',
  'No file is chosen.': 'No se ha elegido ningún archivo.',
  'Please use fewer words.': 'Use menos palabras.',
  '{count} of at most {most} characters': '{count} de {most} caracteres como máximo',
  'An organization': 'Una organización',
  'A place': 'Un lugar',
  'A device': 'Un dispositivo',
  'A member of your care team': 'Alguien de su equipo médico',
  'My whole care team': 'Todo mi equipo médico',
  'The whole care team': 'Todo el equipo médico',
  Save: 'Guardar',
  Send: 'Enviar',
  'Health summary': 'Resumen de salud',
  Questionnaire: 'Cuestionario',
  'This part is not open to you': 'Esta parte no está abierta para usted',
  'It may hold something all the same. Ask whoever opened the record to you, or the clinic.':
    'Puede que haya algo en ella de todos modos. Pregunte a quien le abrió el expediente, o a la clínica.',
  'It was not shared with the portal when you signed in, or the clinic does not show it here. To share it, sign out and in again, and leave it ticked.':
    'No se compartió con el portal al entrar, o la clínica no la muestra aquí. Para compartirla, salga, vuelva a entrar y déjela marcada.',
};
