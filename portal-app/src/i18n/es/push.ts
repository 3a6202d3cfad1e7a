/** News by Web Push. */
export const push = {
  'Shall this device tell you when there is an answer?':
    '¿Quiere que este dispositivo le avise cuando haya una respuesta?',
  'It says only that there is something new, never what. You can turn it off in your profile. Only on a device of your own.':
    'Solo dice que hay algo nuevo, nunca qué. Puede desactivarlo en su perfil. Solo en un dispositivo suyo.',
  'Tell me on this device': 'Avisarme en este dispositivo',
  'Not now': 'Ahora no',
  'This device will tell you when there is something new.':
    'Este dispositivo le avisará cuando haya algo nuevo.',
  'This browser did not allow it, or its push service can not be reached just now.':
    'Este navegador no lo permitió, o no se puede llegar ahora a su servicio de avisos.',
  'On this device': 'En este dispositivo',
  'This browser can not show notices while the portal is closed.':
    'Este navegador no puede mostrar avisos con el portal cerrado.',
  'You have told this browser to show no notices of the portal. Its settings can change that.':
    'Usted le dijo a este navegador que no muestre avisos del portal. Puede cambiarlo en su configuración.',
  'This device can tell you when there is something new, also while the portal is closed; never what it is. Only choose this on a device of your own: it stays on when you sign out.':
    'Este dispositivo puede avisarle cuando haya algo nuevo, también con el portal cerrado; nunca qué es. Elíjalo solo en un dispositivo suyo: sigue activo cuando usted sale.',
  'This device tells you of news.': 'Este dispositivo le avisa de las novedades.',
  'Another device, since {date}': 'Otro dispositivo, desde el {date}',
  'Turn off': 'Desactivar',
};
