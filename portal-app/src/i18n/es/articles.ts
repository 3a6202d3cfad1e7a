/** The texts of the articles and of heart age: half as much as all the rest, so they come with the first article that is opened. */
export const articles = {
  'Ticked by your record: {entries}.': 'Marcado según su expediente: {entries}.',
  'General information, not advice about you. Source: {source} (opens another site).':
    'Información general, no un consejo sobre usted. Fuente: {source} (abre otro sitio).',
  'Ask your care team': 'Pregunte a su equipo médico',
  'Nothing you enter here is kept.': 'Nada de lo que escriba aquí se guarda.',
  'The formula is the general cardiovascular risk profile of the Framingham Heart Study ({source}, opens another site), for ages 30 to 74 without heart disease or stroke. It was made with mostly white Americans of the 1970s to 1990s, and says too much for many people today; it knows nothing of family, kidneys or pregnancy. It is no reason to start or stop a medicine: talk about it with your care team.':
    'La fórmula es el perfil general de riesgo cardiovascular del estudio de Framingham ({source}, abre otro sitio), para edades de 30 a 74 años sin enfermedad del corazón ni derrame cerebral. Se hizo sobre todo con estadounidenses blancos de los años 1970 a 1990, y hoy da de más para muchas personas; no sabe nada de la familia, los riñones ni el embarazo. No es motivo para empezar ni dejar una medicina: háblelo con su equipo médico.',
  'Age in years': 'Edad en años',
  'Upper blood pressure (mmHg)': 'Presión alta (mmHg)',
  'Total cholesterol (mg/dL)': 'Colesterol total (mg/dL)',
  '“Good” cholesterol, HDL (mg/dL)': 'Colesterol «bueno», HDL (mg/dL)',
  'I take medicine for blood pressure': 'Tomo medicina para la presión',
  'I smoke': 'Fumo',
  'I have diabetes': 'Tengo diabetes',
  'What your record knows is filled in: the latest of each. Change what is not right.':
    'Lo que consta en su expediente ya está puesto: lo más reciente de cada cosa. Cambie lo que no sea correcto.',
  'Choose one': 'Elija uno',
  Female: 'Mujer',
  Male: 'Hombre',
  'What is true of you': 'Qué es cierto en su caso',
  'The formula holds for {name} from {least} to {most}.': 'La fórmula vale para {name} de {least} a {most}.',
  'Your heart age is {age}, and you are {years}. Of a hundred people like you, about {risk} get heart disease or a stroke within ten years.':
    'La edad de su corazón es {age}, y usted tiene {years}. De cien personas como usted, unas {risk} tienen una enfermedad del corazón o un derrame cerebral en diez años.',
  'over {age}': 'más de {age}',
  'The two numbers': 'Los dos números',
  'The first number is the pressure while the heart beats, the second while it rests between beats. Below 120 over 80 is called normal for adults in the United States. From 130 over 80 on, measured more than once, doctors speak of high blood pressure.':
    'El primer número es la presión cuando el corazón late, el segundo cuando descansa entre latidos. En Estados Unidos, menos de 120 sobre 80 se llama normal en adultos. A partir de 130 sobre 80, medido más de una vez, los médicos hablan de presión alta.',
  'Measuring at home': 'Medir en casa',
  'Sit for five minutes with your back supported and your feet on the floor. Rest your arm at the height of your heart. Do not smoke, exercise or drink coffee in the half hour before. Measure twice, a minute apart, at about the same times each day.':
    'Siéntese cinco minutos con la espalda apoyada y los pies en el suelo. Apoye el brazo a la altura del corazón. No fume, haga ejercicio ni tome café en la media hora anterior. Mida dos veces, con un minuto de diferencia, más o menos a las mismas horas cada día.',
  'When to get help': 'Cuándo buscar ayuda',
  'Above 180 over 120 with chest pain, shortness of breath, weakness, or trouble seeing or speaking: call 911. Without such signs, rest, measure again, and call the clinic the same day.':
    'Por encima de 180 sobre 120 con dolor de pecho, falta de aire, debilidad, o dificultad para ver o hablar: llame al 911. Sin esas señales, descanse, mida de nuevo y llame a la clínica el mismo día.',
  'What it measures': 'Qué mide',
  'Sugar sticks to the red cells in your blood. As these live for about three months, the share of cells with sugar on them shows your average over that time. You need not fast for it.':
    'El azúcar se pega a los glóbulos rojos de la sangre. Como viven unos tres meses, la parte de ellos que lleva azúcar muestra su promedio en ese tiempo. No hace falta ayunar.',
  'What the number means': 'Qué significa el número',
  'Below 5.7 % is normal. 5.7 to 6.4 % is called prediabetes. 6.5 % or more, found twice, is how diabetes is recognized. Many people who have diabetes aim at about 7 %; your own goal may differ, so ask your doctor.':
    'Menos de 5.7 % es normal. De 5.7 a 6.4 % se llama prediabetes. Con 6.5 % o más, dos veces, se reconoce la diabetes. Muchas personas con diabetes buscan llegar a un 7 %; su meta puede ser otra, pregunte a su médico.',
  'What can mislead it': 'Qué puede engañar',
  'Anemia, blood loss, a transfusion, kidney failure and pregnancy can make the number higher or lower than your real average. Tell your doctor of them.':
    'La anemia, la pérdida de sangre, una transfusión, la falla de los riñones y el embarazo pueden hacer que el número salga más alto o más bajo que su promedio real. Dígaselo a su médico.',
  'The parts': 'Las partes',
  'LDL is the part that can build up in the walls of blood vessels: lower is better. HDL carries cholesterol away. Triglycerides are fat that travels in the blood, and rise after eating.':
    'El LDL es la parte que puede acumularse en las paredes de los vasos: más bajo es mejor. El HDL se lleva el colesterol. Los triglicéridos son grasa que viaja en la sangre, y suben después de comer.',
  'What moves them': 'Qué los cambia',
  'Moving more, not smoking, less saturated fat, and losing weight if you carry too much all help. Some people inherit high LDL and need medicine however they live.':
    'Ayuda moverse más, no fumar, comer menos grasa saturada y bajar de peso si le sobra. Algunas personas heredan un LDL alto y necesitan medicina vivan como vivan.',
  'Why the same number can mean different things': 'Por qué el mismo número puede significar cosas distintas',
  'How low LDL should be depends on your whole risk: age, blood pressure, diabetes, smoking, and disease you already have. That is why a laboratory’s range and your doctor’s goal may differ.':
    'Qué tan bajo debe estar el LDL depende de todo su riesgo: edad, presión, diabetes, tabaco y las enfermedades que ya tenga. Por eso el rango del laboratorio y la meta de su médico pueden ser distintos.',
  'Two numbers for one thing': 'Dos números para una cosa',
  'Creatinine is a waste product of muscles that healthy kidneys clear. From it, your age and sex, the laboratory estimates how much blood your kidneys clean in a minute: eGFR. When creatinine goes up, eGFR goes down.':
    'La creatinina es un desecho de los músculos que los riñones sanos eliminan. Con ella, su edad y su sexo, el laboratorio calcula cuánta sangre limpian sus riñones en un minuto: eGFR. Cuando la creatinina sube, el eGFR baja.',
  'An eGFR of 60 or more is in the usual range for most people. Below 60 for three months or longer may mean kidney disease; 15 or less is kidney failure. It falls slowly with age.':
    'Un eGFR de 60 o más es lo habitual en la mayoría de las personas. Menos de 60 durante tres meses o más puede significar una enfermedad de los riñones; 15 o menos es falla de los riñones. Con la edad baja despacio.',
  'Much muscle, a large meal of meat, or being dehydrated can raise creatinine for a while. One low value is a reason to test again.':
    'Mucho músculo, una comida con mucha carne o la deshidratación pueden subir la creatinina por un tiempo. Un solo valor bajo es motivo para repetir el análisis.',
  'What is measured': 'Qué se mide',
  'The thyroid gland in your neck sets the pace of the body. TSH is the signal that drives it: when the gland makes too little hormone, TSH rises; when it makes too much, TSH falls. So a high TSH usually means a slow thyroid.':
    'La tiroides, en el cuello, marca el ritmo del cuerpo. La TSH es la señal que la impulsa: cuando la glándula produce poca hormona, la TSH sube; cuando produce demasiada, baja. Por eso una TSH alta suele indicar una tiroides lenta.',
  'What a slow thyroid feels like': 'Cómo se siente una tiroides lenta',
  'Tiredness, feeling cold, dry skin, gaining weight, low mood. All of these have other causes too, which is why the blood test decides.':
    'Cansancio, frío, piel seca, aumento de peso, ánimo bajo. Todo eso también tiene otras causas; por eso decide el análisis de sangre.',
  'Taking thyroid tablets': 'Cómo tomar las tabletas para la tiroides',
  'Take levothyroxine with water on an empty stomach, at the same time each day, and keep calcium, iron and antacids four hours away from it. After a change of dose the blood is tested again in six to eight weeks.':
    'Tome la levotiroxina con agua y el estómago vacío, a la misma hora cada día, y deje cuatro horas entre ella y el calcio, el hierro o los antiácidos. Después de un cambio de dosis se repite el análisis en seis a ocho semanas.',
  'Three kinds of cells': 'Tres tipos de células',
  'Red cells carry oxygen with hemoglobin, white cells fight infections, platelets help blood to clot. A count a little outside its range is common and often means nothing by itself.':
    'Los glóbulos rojos llevan oxígeno con la hemoglobina, los blancos combaten infecciones, las plaquetas ayudan a coagular. Un valor un poco fuera de rango es común y muchas veces no significa nada por sí solo.',
  Anemia: 'Anemia',
  'Too little hemoglobin is called anemia. It can make you tired, pale and short of breath. Lack of iron is the most frequent cause; the doctor looks for the reason, such as heavy periods or bleeding you do not see.':
    'Tener poca hemoglobina se llama anemia. Puede dar cansancio, palidez y falta de aire. La falta de hierro es la causa más frecuente; el médico busca el motivo, como reglas abundantes o un sangrado que no se ve.',
  'Taking iron': 'Cómo tomar hierro',
  'Iron works best on an empty stomach with vitamin C, and away from milk, tea, coffee and antacids. It can darken the stool and upset the stomach. Keep it away from children: an overdose is dangerous.':
    'El hierro funciona mejor con el estómago vacío y vitamina C, lejos de la leche, el té, el café y los antiácidos. Puede oscurecer las heces y molestar el estómago. Manténgalo lejos de los niños: una sobredosis es peligrosa.',
  'Two kinds of inhalers': 'Dos tipos de inhaladores',
  'A reliever such as albuterol opens the airways within minutes and is for symptoms. A controller such as fluticasone calms the airways and works only when it is taken every day. Rinse your mouth after the controller.':
    'Uno de alivio, como el albuterol, abre los bronquios en minutos y es para los síntomas. Uno de control, como la fluticasona, calma los bronquios y solo funciona si se usa todos los días. Enjuáguese la boca después del de control.',
  'When the reliever is needed often': 'Cuando se necesita a menudo el de alivio',
  'More than two days a week, or waking at night more than twice a month, says that the asthma is not under control. Write to your care team; do not wait for the next visit.':
    'Más de dos días por semana, o despertar de noche más de dos veces al mes, indica que el asma no está controlada. Escriba a su equipo médico; no espere a la próxima cita.',
  'When to call 911': 'Cuándo llamar al 911',
  'If you can’t speak in full sentences, your lips turn blue, or the reliever does not help within minutes: call 911, and go on using the reliever while you wait.':
    'Si no puede decir frases completas, se le ponen azules los labios, o el inhalador de alivio no ayuda en minutos: llame al 911 y siga usándolo mientras espera.',
  'What they do': 'Qué hacen',
  'Metformin makes the liver give off less sugar. Empagliflozin lets the kidneys pass sugar out with the urine. Insulin moves sugar from the blood into the cells. Each is a different way to the same goal.':
    'La metformina hace que el hígado suelte menos azúcar. La empagliflozina deja que los riñones eliminen azúcar con la orina. La insulina lleva el azúcar de la sangre a las células. Son caminos distintos a la misma meta.',
  'What to watch': 'Qué vigilar',
  'Metformin can upset the stomach at first; taking it with food helps. Empagliflozin can cause yeast infections and asks for enough to drink. Insulin can bring blood sugar too low: shaking, sweating, confusion. Then take 15 grams of sugar at once and measure again after 15 minutes.':
    'La metformina puede molestar el estómago al principio; ayuda tomarla con comida. La empagliflozina puede causar infecciones por hongos y exige beber lo suficiente. La insulina puede bajar demasiado el azúcar: temblor, sudor, confusión. Entonces tome de inmediato 15 gramos de azúcar y mida de nuevo a los 15 minutos.',
  'When you are ill': 'Cuando está enfermo',
  'When you vomit or can’t eat or drink, call the clinic before the next dose: some of these medicines must be paused, and insulin must not simply be left out.':
    'Si vomita o no puede comer ni beber, llame a la clínica antes de la próxima dosis: algunas de estas medicinas deben pausarse, y la insulina no debe dejarse sin más.',
  'Why to go on taking them': 'Por qué seguir tomándolas',
  'High blood pressure is seldom felt. The medicine lowers the risk of stroke and heart attack as long as it is taken; stopping brings the pressure back, and some of these must not be stopped from one day to the next.':
    'La presión alta casi nunca se siente. La medicina baja el riesgo de derrame y de infarto mientras se toma; si se deja, la presión vuelve, y algunas no deben dejarse de un día para otro.',
  'What is common': 'Qué es frecuente',
  'Lisinopril and its kin can cause a dry cough. Amlodipine can make ankles swell. Beta blockers such as metoprolol slow the heart. Water tablets such as furosemide make you pass more urine, so take them early in the day. Stand up slowly.':
    'El lisinopril y similares pueden dar tos seca. La amlodipina puede hinchar los tobillos. Los betabloqueadores como el metoprolol hacen más lento el corazón. Los diuréticos como la furosemida hacen orinar más; tómelos temprano. Levántese despacio.',
  'When to call': 'Cuándo llamar',
  'Call 911 if your lips, tongue or face swell. Call the clinic if you faint, if you are or may be pregnant, or if you vomit and can’t drink: your kidneys may need a pause from the medicine.':
    'Llame al 911 si se le hinchan los labios, la lengua o la cara. Llame a la clínica si se desmaya, si está o puede estar embarazada, o si vomita y no puede beber: sus riñones quizá necesiten una pausa de la medicina.',
  'Statins such as atorvastatin make the liver take more LDL cholesterol out of the blood. How much it helps depends on your risk to begin with; it is taken for years.':
    'Las estatinas como la atorvastatina hacen que el hígado saque más colesterol LDL de la sangre. Cuánto ayudan depende de su riesgo inicial; se toman durante años.',
  Aches: 'Dolores',
  'Sore muscles are often reported, and often have another reason. Do not just stop: write to your care team, who can change the dose or the kind. Call at once if muscles hurt badly or the urine turns dark.':
    'Los dolores musculares se mencionan mucho, y muchas veces tienen otra causa. No la deje sin más: escriba a su equipo médico, que puede cambiar la dosis o el tipo. Llame de inmediato si los músculos duelen mucho o la orina se pone oscura.',
  'What does not go along': 'Qué no combina',
  'Much grapefruit juice, and some antibiotics and fungal medicines, raise the amount in the blood. Tell whoever prescribes something new. Statins are not for pregnancy.':
    'Mucho jugo de toronja, y algunos antibióticos y medicinas contra hongos, suben la cantidad en la sangre. Dígalo a quien le recete algo nuevo. Las estatinas no son para el embarazo.',
  'They keep blood from clotting where it should not, for instance when the heart beats out of rhythm. The price is that bleeding stops more slowly.':
    'Evitan que la sangre coagule donde no debe, por ejemplo cuando el corazón late sin ritmo. El precio es que los sangrados tardan más en parar.',
  'Warfarin and INR': 'Warfarina e INR',
  'INR says how long your blood takes to clot. For most people who take warfarin the goal is between 2 and 3. Eat about the same amount of green vegetables from week to week, and have it measured as agreed. Apixaban needs no INR, but must not be missed.':
    'El INR dice cuánto tarda su sangre en coagular. Para la mayoría de quienes toman warfarina la meta está entre 2 y 3. Coma más o menos la misma cantidad de verduras verdes cada semana, y mídalo como acordó. El apixabán no necesita INR, pero no debe olvidarse.',
  'Call 911 for bleeding that does not stop, a blow to the head, black or bloody stool, or a sudden bad headache. Ask before you take ibuprofen or aspirin, and tell every dentist and doctor.':
    'Llame al 911 por un sangrado que no para, un golpe en la cabeza, heces negras o con sangre, o un dolor de cabeza fuerte y repentino. Pregunte antes de tomar ibuprofeno o aspirina, y dígalo a cada dentista y médico.',
  'It is common, and it can be treated': 'Es frecuente, y se puede tratar',
  'Depression and anxiety are illnesses, not weakness. Talking treatments, medicines and moving more all help; many people need more than one of them.':
    'La depresión y la ansiedad son enfermedades, no debilidad. Ayudan la terapia, las medicinas y moverse más; muchas personas necesitan más de una de estas cosas.',
  'Taking sertraline and its kin': 'Cómo tomar sertralina y similares',
  'It takes two to six weeks until they work. Upset stomach and poor sleep at the start usually pass. Do not stop at once; ask how to go down step by step. In people under 25 thoughts of suicide can come up at the start: then call at once.':
    'Tardan de dos a seis semanas en funcionar. Las molestias de estómago y el mal dormir del principio suelen pasar. No las deje de golpe; pregunte cómo bajar poco a poco. En menores de 25 años pueden aparecer ideas de suicidio al principio: entonces llame de inmediato.',
  'Help at any hour': 'Ayuda a cualquier hora',
  'Call or text 988, the Suicide and Crisis Lifeline, in English or Spanish. If somebody is in danger now, call 911.':
    'Llame o escriba al 988, la Línea de Prevención del Suicidio y Crisis, en inglés o español. Si alguien está en peligro ahora, llame al 911.',
  Acetaminophen: 'Acetaminofén',
  'Adults: no more than 4 grams in a day from everything together, less if you drink alcohol or have liver disease. It hides in many cold medicines: read the labels.':
    'Adultos: no más de 4 gramos al día contando todo, menos si bebe alcohol o tiene una enfermedad del hígado. Está en muchas medicinas para el resfriado: lea las etiquetas.',
  'Ibuprofen and its kin': 'Ibuprofeno y similares',
  'Take them with food, for a few days, in the smallest dose that works. They are not for people with kidney disease, heart failure, stomach ulcers or blood thinners, nor from the 20th week of pregnancy, unless a doctor says so.':
    'Tómelos con comida, pocos días, en la dosis más pequeña que funcione. No son para quienes tienen enfermedad de los riñones, falla del corazón, úlceras o toman anticoagulantes, ni desde la semana 20 del embarazo, salvo que lo diga un médico.',
  'Keep one list': 'Lleve una sola lista',
  'Write down everything: prescriptions, what you buy yourself, vitamins and herbs. They can act on each other. Your list under Medicines can be printed with your health summary.':
    'Anote todo: recetas, lo que compra por su cuenta, vitaminas y plantas. Pueden afectarse entre sí. Su lista en Medicinas se puede imprimir con su resumen de salud.',
  'When a dose was missed': 'Si se olvidó una dosis',
  'Read the leaflet or ask your pharmacist, for the answer differs between medicines. Do not take two doses at once to make up for one unless you were told to.':
    'Lea el folleto o pregunte en la farmacia, porque la respuesta cambia según la medicina. No tome dos dosis juntas para compensar una, salvo que se lo hayan indicado.',
  'Before you stop': 'Antes de dejarla',
  'Some medicines must be ended slowly. If one troubles you, write to your care team before you stop; call at once if your face swells or you can’t breathe well.':
    'Algunas medicinas deben dejarse poco a poco. Si una le molesta, escriba a su equipo médico antes de dejarla; llame de inmediato si se le hincha la cara o no puede respirar bien.',
};
