/** Names and values, those that are known. */
import styles from './facts.module.css';

export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [name: string, value: string | undefined])[];
}) {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value], i) =>
        value ? (
          <div key={`${name} ${i}`}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
