/** Where a launch by an EHR leads to at the desk: the app says what it shows of the record that came with it. */
export const LAUNCHED = '/launched';
