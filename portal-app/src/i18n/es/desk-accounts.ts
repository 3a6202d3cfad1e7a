/** What the desk says of accounts at the sign-in service. */
export const deskAccounts = {
  'The sign-in service of this server does not tell of its accounts.':
    'El servicio de entrada de este servidor no informa de sus cuentas.',
  'Signing keys, secrets of apps and codes to sign up with are made on its own page, by who administers it.':
    'Las claves de firma, los secretos de las aplicaciones y los códigos para crear una cuenta se hacen en su propia página, por quien lo administra.',
  'Find an account': 'Buscar una cuenta',
  'A part of the name, the username or the e-mail': 'Una parte del nombre, del usuario o del correo',
  'Please type two letters or more.': 'Escriba dos letras o más.',
  'More than these fit: type more of the name.': 'Hay más que coinciden: escriba más del nombre.',
  '1 account': '1 cuenta',
  '{count} accounts': '{count} cuentas',
  'Your own account, and those of the sign-in service, are not changed here.':
    'Su propia cuenta y las del servicio de entrada no se cambian aquí.',
  'slowed down': 'frenada',
  'Kind of account': 'Tipo de cuenta',
  'Second step': 'Segundo paso',
  'set up': 'configurado',
  'not set up': 'sin configurar',
  Found: 'Encontradas',
  closed: 'cerrada',
  Username: 'Usuario',
  required: 'exigido',
  'Signed in': 'Ha entrado',
  nowhere: 'en ningún sitio',
  'Done: {what} ({name})': 'Hecho: {what} ({name})',
  'Let them try again': 'Dejar que lo intente de nuevo',
  'Whoever was slowed down after wrong passwords can try again at once. First make sure that it was them.':
    'Quien quedó frenado tras contraseñas equivocadas puede intentarlo de nuevo enseguida. Asegúrese antes de que fue esa persona.',
  'Reset the second step': 'Restablecer el segundo paso',
  'For a device that was lost. They sign in by their password alone, and are signed out everywhere now. First make sure by another way than e-mail that it is them who ask.':
    'Para un dispositivo perdido. La persona entra solo con su contraseña, y su sesión se cierra ahora en todas partes. Asegúrese antes, por un medio que no sea el correo, de que es ella quien lo pide.',
  'Require a second step': 'Exigir un segundo paso',
  'They set one up when they sign in the next time, and can’t sign in without it then.':
    'La persona lo configura la próxima vez que entre, y después no puede entrar sin él.',
  'Don’t require a second step': 'No exigir un segundo paso',
  'Where the clinic does not ask for it anyway, their password is enough again.':
    'Donde la clínica no lo pide de todos modos, su contraseña vuelve a bastar.',
  'Sign them out everywhere': 'Cerrar su sesión en todas partes',
  'On every device, at once; what they were writing there may be lost. Apps that they connected are disconnected.':
    'En todos los dispositivos, enseguida; lo que estaba escribiendo allí puede perderse. Las aplicaciones que conectó se desconectan.',
  'Close the account': 'Cerrar la cuenta',
  'They are signed out everywhere, their apps are disconnected, and they can’t sign in. The record stays as it is. You can open the account again.':
    'Su sesión se cierra en todas partes, sus aplicaciones se desconectan y la persona no puede entrar. El expediente queda como está. Usted puede abrir la cuenta de nuevo.',
  'Open the account again': 'Abrir la cuenta de nuevo',
  'They can sign in again, with the password that they had.':
    'La persona puede entrar de nuevo, con la contraseña que tenía.',
  'Acts for somebody': 'Actúa por alguien',
  'Works here': 'Trabaja aquí',
  'Administers the sign-in service': 'Administra el servicio de entrada',
};
