/** What is asked for by a name is asked for once, whoever asks for it meanwhile: for one piece of work, after which what it found is forgotten. */
export function onceFor<T>(): (name: string, ask: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (name, ask) => {
    const answer = known.get(name) ?? ask();
    known.set(name, answer);
    return answer;
  };
}
