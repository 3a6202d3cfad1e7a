/** YYYY-MM-DD of an instant by the device's own clock. */
export function deviceDay(date = new Date()): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
