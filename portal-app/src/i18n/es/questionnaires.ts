/** Questionnaires. */
export const questionnaires = {
  Questionnaires: 'Cuestionarios',
  'Please answer this.': 'Responda a esto, por favor.',
  'Send my answers': 'Enviar mis respuestas',
  'You don’t have to be alone with this. Call or text {line} now, at any hour; if you are in danger, call {number}. Nobody reads these answers at once.':
    'No tiene que pasar por esto a solas. Llame o escriba al {line} ahora, a cualquier hora; si está en peligro, llame al {number}. Nadie lee estas respuestas de inmediato.',
  'Thank you': 'Gracias',
  'Your answers are in your record, where your care team sees them.':
    'Sus respuestas están en su expediente, donde su equipo médico las ve.',
  'Your score is {score}.': 'Su puntaje es {score}.',
  'Your score is {score}: by the makers’ scale, {band}.':
    'Su puntaje es {score}: según la escala de sus autores, {band}.',
  'It is no diagnosis; talk about it with your care team.':
    'No es un diagnóstico; háblelo con su equipo médico.',
  'Write to the care team': 'Escribir al equipo médico',
  'The clinic has no questionnaires.': 'La clínica no tiene cuestionarios.',
  'Something else': 'Otra cosa',
  'This can’t be answered here. Please write to the care team.':
    'Esto no se puede responder aquí. Escriba al equipo médico, por favor.',
  'At most {count} characters.': 'Como máximo {count} caracteres.',
  'Please enter a whole number.': 'Escriba un número entero.',
  'It can’t be before {day}.': 'No puede ser antes del {day}.',
  'It can’t be after {day}.': 'No puede ser después del {day}.',
  'It can’t be less than {least}.': 'No puede ser menos de {least}.',
  'none or minimal': 'nulo o mínimo',
  minimal: 'mínimo',
  mild: 'leve',
  moderate: 'moderado',
  'moderately severe': 'moderadamente grave',
  severe: 'grave',
};
