/** Tools, and what the articles are called. */
export const learn = {
  'Left arm': 'Brazo izquierdo',
  'Right arm': 'Brazo derecho',
  'Not said': 'Sin indicar',
  'Which arm? (optional)': '¿Qué brazo? (opcional)',
  'Pulse (optional)': 'Pulso (opcional)',
  'Beats in a minute, as the device shows them.': 'Latidos por minuto, como los muestra el aparato.',
  'pulse {value}': 'pulso {value}',
  Period: 'Periodo',
  'Three months': 'Tres meses',
  'One year': 'Un año',
  'Please enter when it was measured, not later than now.': 'Escriba cuándo se midió, no después de ahora.',
  'How to measure, and what the numbers mean': 'Cómo medir, y qué significan los números',
  'Write down a value': 'Anotar un valor',
  'No values yet. The chart begins with the second one.':
    'Todavía no hay valores. La gráfica empieza con el segundo.',
  'Upper number: solid line. Lower number: dotted line.':
    'Número alto: línea continua. Número bajo: línea de puntos.',
  Values: 'Valores',
  'At home': 'En casa',
  'At the clinic': 'En la clínica',
  'Add to my record': 'Agregar a mi expediente',
  'Upper number': 'Número alto',
  'Lower number': 'Número bajo',
  'This is very high.': 'Está muy alta.',
  'With chest pain, shortness of breath, weakness, or trouble seeing or speaking call {number} now. Otherwise rest five minutes, measure again, and call the clinic today.':
    'Si tiene dolor de pecho, falta de aire, debilidad, o dificultad para ver o hablar, llame ahora al {number}. Si no, descanse cinco minutos, mida de nuevo y llame hoy a la clínica.',
  'The first number is the higher one. Please look at the device again.':
    'El primer número es el más alto. Mire de nuevo el aparato, por favor.',
  'Body mass index': 'Índice de masa corporal',
  Units: 'Unidades',
  'Inches and pounds': 'Pulgadas y libras',
  'Centimeters and kilograms': 'Centímetros y kilogramos',
  'Height in centimeters': 'Estatura en centímetros',
  'Height in inches': 'Estatura en pulgadas',
  '5 feet 8 inches are 68 inches.': '5 pies y 8 pulgadas son 68 pulgadas.',
  'Weight in kilograms': 'Peso en kilogramos',
  'Weight in pounds': 'Peso en libras',
  'Your index is {index}: {words}.': 'Su índice es {index}: {words}.',
  'Please check height and weight: they do not go together.':
    'Revise la estatura y el peso, por favor: no concuerdan.',
  'below the band called healthy weight (18.5 to 24.9)':
    'por debajo de la franja llamada peso saludable (18.5 a 24.9)',
  'in the band called healthy weight (18.5 to 24.9)': 'en la franja llamada peso saludable (18.5 a 24.9)',
  'in the band called overweight (25 to 29.9)': 'en la franja llamada sobrepeso (25 a 29.9)',
  'in the band called obesity (30 or more)': 'en la franja llamada obesidad (30 o más)',
  'What it can’t tell': 'Lo que no puede decir',
  'The index is weight in kilograms divided by height in meters, twice. It is for adults of 20 and older, not for children or in pregnancy. It does not tell muscle from fat, nor where fat is, and at one value people differ in risk by sex, age and descent. Bands: {source} (opens another site). Nothing you enter here is kept.':
    'El índice es el peso en kilogramos dividido dos veces entre la estatura en metros. Es para adultos de 20 años o más, no para niños ni durante el embarazo. No distingue el músculo de la grasa, ni dónde está la grasa, y con un mismo valor el riesgo cambia según el sexo, la edad y el origen. Franjas: {source} (abre otro sitio). Nada de lo que escriba aquí se guarda.',
  'More about it: {title}': 'Más sobre esto: {title}',
  'About it at MedlinePlus (opens another site)': 'Sobre esto en MedlinePlus (abre otro sitio)',
  'Heart age': 'Edad del corazón',
  'From height and weight, and what it can’t tell': 'Con la estatura y el peso, y lo que no puede decir',
  'Your risk of heart disease, as an age': 'Su riesgo de enfermedad del corazón, como una edad',
  'Your medicines over the day, to print': 'Sus medicinas a lo largo del día, para imprimir',
  'Mood (PHQ-9) and worry (GAD-7)': 'Ánimo (PHQ-9) y preocupación (GAD-7)',
  Tools: 'Herramientas',
  Articles: 'Artículos',
  'What the two numbers mean, and how to measure at home.':
    'Qué significan los dos números, y cómo medir en casa.',
  'What the percentage says that a single blood sugar does not.':
    'Qué dice el porcentaje que no dice una sola medición de azúcar.',
  Cholesterol: 'Colesterol',
  'LDL, HDL and triglycerides, and what moves them.': 'LDL, HDL y triglicéridos, y qué los cambia.',
  'How the kidneys are measured': 'Cómo se miden los riñones',
  'Creatinine and eGFR in plain words.': 'Creatinina y eGFR en palabras sencillas.',
  'The thyroid': 'La tiroides',
  'What TSH tells, and how to take thyroid tablets.':
    'Qué dice la TSH, y cómo tomar las tabletas para la tiroides.',
  'The blood count': 'El hemograma',
  'Red cells, white cells, platelets, and what anemia is.':
    'Glóbulos rojos, glóbulos blancos, plaquetas, y qué es la anemia.',
  'Asthma and inhalers': 'Asma e inhaladores',
  'Which inhaler is for now, which is for every day, and when to get help.':
    'Qué inhalador es para ahora, cuál para todos los días, y cuándo buscar ayuda.',
  'Medicines for diabetes': 'Medicinas para la diabetes',
  'Metformin, empagliflozin and insulin: what they do, what to watch.':
    'Metformina, empagliflozina e insulina: qué hacen, qué vigilar.',
  'Medicines for blood pressure and heart': 'Medicinas para la presión y el corazón',
  'Why they are taken without feeling ill, and what to look out for.':
    'Por qué se toman sin sentirse mal, y en qué fijarse.',
  Statins: 'Estatinas',
  'Tablets that lower cholesterol, and aches that may come with them.':
    'Tabletas que bajan el colesterol, y los dolores que pueden acompañarlas.',
  'Blood thinners': 'Anticoagulantes',
  'Warfarin, apixaban and INR: how to stay between clot and bleeding.':
    'Warfarina, apixabán e INR: cómo mantenerse entre el coágulo y el sangrado.',
  'Low mood and worry': 'Ánimo bajo y preocupación',
  'What helps with depression and anxiety, and where help is at any hour.':
    'Qué ayuda con la depresión y la ansiedad, y dónde hay ayuda a cualquier hora.',
  'Pain relief without a prescription': 'Alivio del dolor sin receta',
  'Acetaminophen and ibuprofen: how much, and for whom not.':
    'Acetaminofén e ibuprofeno: cuánto, y para quién no.',
  'Taking medicines safely': 'Tomar medicinas con seguridad',
  'One list, the same time each day, and what to do when one was missed.':
    'Una lista, la misma hora cada día, y qué hacer si se olvidó una.',
};
