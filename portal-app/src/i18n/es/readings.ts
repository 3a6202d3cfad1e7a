/** What is measured at home. */
export const readings = {
  'Home readings': 'Mediciones en casa',
  'Blood pressure, blood sugar, weight and more; your care team sees them too':
    'Presión arterial, azúcar, peso y más; su equipo médico también las ve',
  'Blood pressure, blood sugar, weight and more; the care team sees them too':
    'Presión arterial, azúcar, peso y más; el equipo médico también las ve',
  'Articles and calculators': 'Artículos y calculadoras',
  'What you measure goes into your record, where the care team sees it, marked as measured at home. Nobody is alerted by it: call the clinic when you are worried.':
    'Lo que usted mide queda en su expediente, donde el equipo médico lo ve, marcado como medido en casa. Nadie recibe un aviso por ello: si le preocupa, llame a la clínica.',
  'Last: {value}, {date}': 'Última: {value}, {date}',
  'Both numbers, with pulse and arm': 'Los dos números, con el pulso y el brazo',
  'From a meter or a sensor, before or after eating': 'De un medidor o un sensor, antes o después de comer',
  'In kilograms or pounds': 'En kilogramos o libras',
  'From a device on the finger': 'De un aparato en el dedo',
  'Beats in a minute': 'Latidos por minuto',
  'In degrees Celsius or Fahrenheit': 'En grados Celsius o Fahrenheit',
  Steps: 'Pasos',
  'How many in a day': 'Cuántos en un día',
  Day: 'Día',
  Unit: 'Unidad',
  '{what} in {unit}': '{what} en {unit}',
  'When was it? (optional)': '¿Cuándo fue? (opcional)',
  'Save the right value': 'Guardar el valor correcto',
  'Correct or remove this value': 'Corregir o quitar este valor',
  'Remove this value: it was entered in error': 'Quitar este valor: se anotó por error',
  'It stands in your record no longer, and no chart has it.':
    'Ya no figura en su expediente ni en ninguna gráfica.',
  'An unusual value': 'Un valor poco común',
  'Yes, it is right': 'Sí, es correcto',
  '{value} is unusual: most values lie between {low} and {high}. Is it right?':
    '{value} es poco común: la mayoría de los valores están entre {low} y {high}. ¿Es correcto?',
  'It can’t be more than {most}.': 'No puede ser más de {most}.',
  '{value} is in your record.': '{value} está en su expediente.',
  '{value} is in the record.': '{value} está en el expediente.',
  'This is very low.': 'Está muy baja.',
  'With trouble breathing, chest pain, vomiting, or when somebody is confused or hard to wake, call {number} now. Otherwise measure again, and call the clinic today.':
    'Si cuesta respirar, duele el pecho, hay vómito, o la persona está confundida o cuesta despertarla, llame al {number} ahora. Si no, mida de nuevo y llame a la clínica hoy mismo.',
  'Eat or drink something with sugar now, and measure again in 15 minutes. When somebody can’t swallow safely or does not wake up, call {number}.':
    'Coma o beba ahora algo con azúcar, y mida de nuevo en 15 minutos. Si alguien no puede tragar con seguridad o no despierta, llame al {number}.',
};
