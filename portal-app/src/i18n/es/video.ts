/** Visits by video, and the test of camera and sound before them. */
export const video = {
  'Video visit': 'Cita por video',
  Join: 'Entrar',
  'If it does not work': 'Si no funciona',
  'Call the clinic: they can go on by phone, or find another time.':
    'Llame a la clínica: pueden seguir por teléfono, o encontrar otra hora.',
  'There is nothing to join: this is no video visit, or it is over.':
    'No hay nada a lo que entrar: no es una cita por video, o ya terminó.',
  'The way to the meeting is not here yet. If it is still not here shortly before the visit, call the clinic.':
    'El enlace de la reunión aún no está aquí. Si poco antes de la cita sigue sin estar, llame a la clínica.',
  'The link is here from {time} on: {minutes} minutes before the visit.':
    'El enlace está aquí desde el {time}: {minutes} minutos antes de la cita.',
  'It opens {host}, the clinic’s meeting service, in another tab.':
    'Abre {host}, el servicio de reuniones de la clínica, en otra pestaña.',
  'The picture and the sound stay on this device: nothing is recorded or sent.':
    'La imagen y el sonido se quedan en este dispositivo: no se graba ni se envía nada.',
  'Start the test': 'Empezar la prueba',
  'Test again': 'Probar otra vez',
  'Turn camera and microphone off': 'Apagar la cámara y el micrófono',
  'Your browser asks whether this page may use them: please allow it.':
    'Su navegador pregunta si esta página puede usarlos: por favor, permítalo.',
  'This page may not use the camera. Press the sign beside the address of this page, allow the camera, and test again.':
    'Esta página no puede usar la cámara. Pulse el símbolo junto a la dirección de esta página, permita la cámara y pruebe otra vez.',
  'No camera was found. Plug one in, or take part from a phone or tablet.':
    'No se encontró ninguna cámara. Conecte una, o participe desde un teléfono o una tableta.',
  'The camera is in use by another program. Close that one, and test again.':
    'Otro programa está usando la cámara. Ciérrelo y pruebe otra vez.',
  'This browser can not show the camera here. Try another browser, or a phone.':
    'Este navegador no puede mostrar la cámara aquí. Pruebe con otro navegador, o con un teléfono.',
  'This page may not use the microphone. Press the sign beside the address of this page, allow the microphone, and test again.':
    'Esta página no puede usar el micrófono. Pulse el símbolo junto a la dirección de esta página, permita el micrófono y pruebe otra vez.',
  'No microphone was found. Plug in a headset, or take part from a phone.':
    'No se encontró ningún micrófono. Conecte unos auriculares, o participe desde un teléfono.',
  'The microphone is in use by another program. Close that one, and test again.':
    'Otro programa está usando el micrófono. Ciérrelo y pruebe otra vez.',
  'This browser can not use the microphone here. Try another browser, or a phone.':
    'Este navegador no puede usar el micrófono aquí. Pruebe con otro navegador, o con un teléfono.',
  'Your picture': 'Su imagen',
  'The camera works': 'La cámara funciona',
  'This is how you will be seen.': 'Así le verán.',
  'How loud the microphone hears you': 'Con qué fuerza le oye el micrófono',
  'The microphone works': 'El micrófono funciona',
  'Say something: the bar moves when you are heard.': 'Diga algo: la barra se mueve cuando se le oye.',
  'Play a sound': 'Reproducir un sonido',
  'Three notes were played. Did you hear them?': 'Sonaron tres notas. ¿Las oyó?',
  'The sound works': 'El sonido funciona',
  'Turn the volume up, see that the device is not muted and that the right loudspeaker or headset is chosen, and play it again.':
    'Suba el volumen, vea que el dispositivo no esté en silencio y que esté elegido el altavoz o los auriculares correctos, y repítalo.',
  'This browser can not play a sound here. Try another browser, or a phone.':
    'Este navegador no puede reproducir un sonido aquí. Pruebe con otro navegador, o con un teléfono.',
};
