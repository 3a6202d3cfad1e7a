/** Growth charts. */
export const growth = {
  'Growth charts': 'Curvas de crecimiento',
  Growth: 'Crecimiento',
  'Nothing was measured yet that a growth chart is made of.':
    'Aún no se midió nada de lo que se hace una curva de crecimiento.',
  'Growth charts are made for girls and for boys, by age; the record does not say both.':
    'Las curvas de crecimiento se hacen para niñas y para niños, por edad; el expediente no dice las dos cosas.',
  'What was measured': 'Qué se midió',
  Ages: 'Edades',
  'kg, cm': 'kg, cm',
  'lb, in': 'lb, in',
  'Birth to 2 years': 'Del nacimiento a los 2 años',
  '2 to 20 years': 'De 2 a 20 años',
  'Head circumference': 'Perímetro de la cabeza',
  'on {date}, at {age}.': 'el {date}, a la edad de {age}.',
  'Taller than {count} of 100 girls of this age.': 'Más alta que {count} de cada 100 niñas de esta edad.',
  'Taller than {count} of 100 boys of this age.': 'Más alto que {count} de cada 100 niños de esta edad.',
  'Heavier than {count} of 100 girls of this age.': 'Pesa más que {count} de cada 100 niñas de esta edad.',
  'Heavier than {count} of 100 boys of this age.': 'Pesa más que {count} de cada 100 niños de esta edad.',
  'A higher body mass index than {count} of 100 girls of this age.':
    'Un índice de masa corporal más alto que el de {count} de cada 100 niñas de esta edad.',
  'A higher body mass index than {count} of 100 boys of this age.':
    'Un índice de masa corporal más alto que el de {count} de cada 100 niños de esta edad.',
  'A larger head than {count} of 100 girls of this age.':
    'Una cabeza más grande que la de {count} de cada 100 niñas de esta edad.',
  'A larger head than {count} of 100 boys of this age.':
    'Una cabeza más grande que la de {count} de cada 100 niños de esta edad.',
  'about {number}': 'unos {number}',
  'more than {number}': 'más de {number}',
  'fewer than {number}': 'menos de {number}',
  'Children of one age differ, and most of them are well. How a child follows its line tells more than one point. Ask the care team about what you see.':
    'Los niños de una misma edad son distintos, y la mayoría están bien. Cómo sigue cada uno su línea dice más que un solo punto. Pregunte al equipo médico por lo que vea.',
  'The lines are for children born at term; an early birth is not taken into account.':
    'Las líneas son para niños nacidos a término; un nacimiento prematuro no se tiene en cuenta.',
  'Lines: {source}': 'Líneas: {source}',
  '{name} by age, over percentile lines': '{name} por edad, sobre líneas de percentiles',
  '1 value, on {date}: {value}, percentile {percentile}.':
    '1 valor, del {date}: {value}, percentil {percentile}.',
  '{count} values; the last, on {date}: {value}, percentile {percentile}.':
    '{count} valores; el último, del {date}: {value}, percentil {percentile}.',
  'Across: months. Up: {unit}. Beside the lines: of 100 children so many are below.':
    'En horizontal: meses. En vertical: {unit}. Junto a las líneas: de cada 100 niños, cuántos están por debajo.',
  'Across: years. Up: {unit}. Beside the lines: of 100 children so many are below.':
    'En horizontal: años. En vertical: {unit}. Junto a las líneas: de cada 100 niños, cuántos están por debajo.',
  'Date and age': 'Fecha y edad',
  'Percentile (z)': 'Percentil (z)',
} as const;
