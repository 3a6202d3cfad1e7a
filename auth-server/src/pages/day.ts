/** Whether a text is a day of the calendar, YYYY-MM-DD. JavaScript takes 31 February for one of March. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text);
