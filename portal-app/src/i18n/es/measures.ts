/** What tests measure. */
export const measures = {
  'The sugar in your blood at the moment of the test. It goes up after eating.':
    'El azúcar en su sangre en el momento del análisis. Sube después de comer.',
  'A waste product that the kidneys clear. It shows how well they work.':
    'Un desecho que eliminan los riñones. Muestra qué tan bien funcionan.',
  'An estimate of how much blood your kidneys clean each minute. Higher is better.':
    'Un cálculo de cuánta sangre limpian sus riñones cada minuto. Más alto es mejor.',
  'A salt that keeps the water in your body in balance.':
    'Una sal que mantiene en equilibrio el agua de su cuerpo.',
  'A mineral that muscles, nerves and the heart need in the right amount.':
    'Un mineral que los músculos, los nervios y el corazón necesitan en la cantidad justa.',
  'A salt that goes along with sodium.': 'Una sal que acompaña al sodio.',
  'Shows whether the blood’s acid balance is right.': 'Muestra si la acidez de la sangre está en equilibrio.',
  'A mineral for bones, muscles and nerves.': 'Un mineral para los huesos, los músculos y los nervios.',
  'The cholesterol that can build up in blood vessels. Lower is better.':
    'El colesterol que puede acumularse en los vasos sanguíneos. Más bajo es mejor.',
  'A waste product that the kidneys clear.': 'Un desecho que eliminan los riñones.',
  'How much of your blood is red cells.': 'Qué parte de su sangre son glóbulos rojos.',
  'A vitamin that bones need. The skin makes it in sunlight.':
    'Una vitamina que los huesos necesitan. La piel la produce con la luz del sol.',
  'How much oxygen your blood carries, as a share of what it could.':
    'Cuánto oxígeno lleva su sangre, del total que podría llevar.',
  'How long blood takes to clot. Used to set the dose of blood thinners.':
    'Cuánto tarda la sangre en coagular. Sirve para ajustar la dosis de los anticoagulantes.',
  'A little protein in the urine can be an early sign of kidney strain.':
    'Un poco de proteína en la orina puede ser una señal temprana de esfuerzo de los riñones.',
  'A group of tests of blood sugar, salts and kidneys.': 'Un grupo de análisis de azúcar, sales y riñones.',
  'Your average blood sugar over the last two to three months.':
    'Su promedio de azúcar en la sangre en los últimos dos o tres meses.',
  'All the cholesterol in your blood together.': 'Todo el colesterol de su sangre en conjunto.',
  'A fat that the blood carries. It goes up after eating.':
    'Una grasa que lleva la sangre. Sube después de comer.',
  'The cholesterol on its way out of the body. Higher is better.':
    'El colesterol que va saliendo del cuerpo. Más alto es mejor.',
  'The part of red blood cells that carries oxygen.': 'La parte de los glóbulos rojos que lleva el oxígeno.',
  'Cells that fight infections.': 'Células que combaten las infecciones.',
  'Cells that carry oxygen.': 'Células que llevan oxígeno.',
  'Cells that help blood to clot.': 'Células que ayudan a que la sangre coagule.',
  'The signal that tells your thyroid gland how hard to work. High means the gland is slow.':
    'La señal que le dice a su tiroides cuánto trabajar. Si está alta, la glándula va lenta.',
  'The hormone that your thyroid gland makes.': 'La hormona que produce su tiroides.',
  'How much iron your body keeps in store.': 'Cuánto hierro guarda su cuerpo en reserva.',
  'A substance from liver cells. It rises when the liver is irritated.':
    'Una sustancia de las células del hígado. Sube cuando el hígado está irritado.',
  'A substance from liver and muscle cells.': 'Una sustancia de las células del hígado y de los músculos.',
  'The force of blood against the vessels: when the heart beats (upper) and when it rests (lower).':
    'La fuerza de la sangre contra los vasos: cuando el corazón late (alta) y cuando descansa (baja).',
  'The pressure when the heart beats.': 'La presión cuando el corazón late.',
  'The pressure when the heart rests.': 'La presión cuando el corazón descansa.',
  'How often your heart beats in a minute.': 'Cuántas veces late su corazón en un minuto.',
  'Your body weight.': 'Lo que pesa su cuerpo.',
  'How tall you are.': 'Cuánto mide usted.',
  'Weight set against height. It says nothing about muscle or build.':
    'El peso en relación con la estatura. No dice nada de los músculos ni de la complexión.',
  'Your body temperature.': 'La temperatura de su cuerpo.',
  'How often you breathe in a minute.': 'Cuántas veces respira usted en un minuto.',
  'The fats in your blood: total, good and bad cholesterol, and triglycerides.':
    'Las grasas de su sangre: colesterol total, bueno y malo, y triglicéridos.',
  'The cells in your blood: red, white and platelets.':
    'Las células de su sangre: rojas, blancas y plaquetas.',
};
