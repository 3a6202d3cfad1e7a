/** The parameter's name is not one of this type: strict handling refuses it, lenient ignores it. */
export class UnknownParameter extends Error {
  readonly parameter: string;
  /** What is wrong, where it is more than the name. */
  readonly text: string | undefined;
  constructor(parameter: string, text?: string) {
    super(`unknown search parameter ${parameter}`);
    this.name = 'UnknownParameter';
    this.parameter = parameter;
    this.text = text;
  }
}
