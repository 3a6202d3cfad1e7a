export interface HumanName {
  readonly text?: string;
  readonly given?: readonly string[];
  readonly family?: string;
  readonly use?: string;
}

export function nameText(name: HumanName | undefined): string | undefined {
  return name?.text ?? (name && [...(name.given ?? []), name.family].filter(Boolean).join(' '));
}
