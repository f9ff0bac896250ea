/** Who stands where in the list of people. */

interface Listed {
  identity: string;
  name?: string;
  isLocal: boolean;
  metadata?: string;
  attributes: Readonly<Record<string, string>>;
}

/** The application writes the role into the participant's metadata. */
export function isHost(metadata: string | undefined): boolean {
  if (metadata === undefined || metadata === "") return false;
  try {
    const value: unknown = JSON.parse(metadata);
    return typeof value === "object" && value !== null && "role" in value && value.role === "host";
  } catch {
    return false;
  }
}

/** Raised hands first, the longest raised on top; then oneself, the host, and the others by name. */
export function sortPeople<T extends Listed>(people: readonly T[]): T[] {
  const rank = (person: Listed) => {
    if (person.attributes.hand) return 0;
    if (person.isLocal) return 1;
    return isHost(person.metadata) ? 2 : 3;
  };
  return [...people].sort((a, b) => {
    const byRank = rank(a) - rank(b);
    if (byRank !== 0) return byRank;
    if (a.attributes.hand && b.attributes.hand && a.attributes.hand !== b.attributes.hand) {
      return a.attributes.hand < b.attributes.hand ? -1 : 1;
    }
    return (a.name || a.identity).localeCompare(b.name || b.identity);
  });
}
