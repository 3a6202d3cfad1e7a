/** Letters that patients ask for, at the desk. */
export const deskLetters = {
  Letters: 'Cartas',
  'Letter request': 'Solicitud de carta',
  'Sent to the patient': 'Enviada al paciente',
  'Write the letter, or choose a file.': 'Escriba la carta, o elija un archivo.',
  'Put it in the record, and tell the patient': 'Ponerla en el expediente y avisar al paciente',
  'The letter': 'La carta',
  'Or a file': 'O un archivo',
  'A PDF or a picture, up to 1 MB; it stands in place of what is written above.':
    'Un PDF o una imagen, de hasta 1 MB; va en lugar de lo escrito arriba.',
};
