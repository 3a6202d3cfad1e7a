/** Messages with the care team. */
export const messages = {
  'Messages are read {hours}, the clinic’s time.': 'Los mensajes se leen {hours}, hora de la clínica.',
  'Nobody reads messages just now.': 'Ahora nadie lee los mensajes.',
  'What you write waits until then. If it can’t, call the clinic.':
    'Lo que escriba espera hasta entonces. Si no puede esperar, llame a la clínica.',
  'Your message was sent.': 'Su mensaje se envió.',
  'Your answer was sent.': 'Su respuesta se envió.',
  'Write a message': 'Escribir un mensaje',
  'No messages yet. What the care team writes to you is shown here.':
    'Todavía no hay mensajes. Aquí aparece lo que le escriba el equipo médico.',
  'Search messages': 'Buscar en los mensajes',
  'No message has these words.': 'Ningún mensaje tiene estas palabras.',
  '1 new': '1 nuevo',
  '{count} new': '{count} nuevos',
  '1 message': '1 mensaje',
  '{count} messages': '{count} mensajes',
  'No text': 'Sin texto',
  'Save {title}': 'Guardar {title}',
  File: 'Archivo',
  '{title}: the file is not kept here.': '{title}: el archivo no se guarda aquí.',
  'Send the answer': 'Enviar la respuesta',
  'Your answer': 'Su respuesta',
  'Not for emergencies: call {number}. The care team usually answers within two working days; if it can’t wait that long, call the clinic.':
    'No es para emergencias: llame al {number}. El equipo médico suele contestar en dos días hábiles; si no puede esperar tanto, llame a la clínica.',
  'No care team is on record that could be written to. Please call the clinic.':
    'No consta un equipo médico al que se pueda escribir. Llame a la clínica, por favor.',
  To: 'Para',
  About: 'Asunto',
  Message: 'Mensaje',
  'Picture or PDF (optional)': 'Imagen o PDF (opcional)',
  'A photo, or a PDF of up to 1 MB.': 'Una foto, o un PDF de hasta 1 MB.',
};
