/** What the repository is told by the configuration. */
export interface RepositoryOptions {
  /** This server's FHIR base URL, without a slash at the end. */
  readonly baseUrl: string;
  /** Local references must lead somewhere, and what is referred to can't be deleted. */
  readonly referenceIntegrity: boolean;
}
