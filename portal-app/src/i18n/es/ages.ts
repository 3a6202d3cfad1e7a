/** What changes with age for those who act for a child. */
export const ages = {
  'What changes as you grow up': 'Qué cambia al hacerse usted mayor',
  'What changes for you as the child grows up': 'Qué cambia para usted al crecer el niño o la niña',
  'From {day} your parents no longer see your record. You can invite whom you want, under Family access.':
    'Desde el {day} sus padres ya no ven su expediente. Usted puede invitar a quien quiera, en Acceso de familiares.',
  'From {day} you no longer see this record, for the child is an adult then. They can invite you, with an account of their own.':
    'Desde el {day} usted ya no ve este expediente, porque será mayor de edad. Podrá invitarle, con una cuenta propia.',
  'From {day} your parents no longer see what is marked as sensitive, for example about sexual or mental health.':
    'Desde el {day} sus padres ya no ven lo que está marcado como delicado, por ejemplo sobre la salud sexual o mental.',
  'From {day} you no longer see what is marked as sensitive, for example about sexual or mental health.':
    'Desde el {day} usted ya no ve lo que está marcado como delicado, por ejemplo sobre la salud sexual o mental.',
  'From {day} your parents no longer see: {what}.': 'Desde el {day} sus padres ya no ven: {what}.',
  'From {day} you no longer see: {what}.': 'Desde el {day} usted ya no ve: {what}.',
  'Other parts of the record': 'Otras partes del expediente',
} as const;
