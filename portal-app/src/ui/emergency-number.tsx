/** Whom to call in an emergency, as the clinic's country has it; and in a crisis of the mind. Elements for placeholders of sentences (i18n/text.ts). */
export const EMERGENCY_NUMBER = (
  <a key="911" href="tel:911">
    911
  </a>
);
export const CRISIS_LINE = (
  <a key="988" href="tel:988">
    988
  </a>
);
