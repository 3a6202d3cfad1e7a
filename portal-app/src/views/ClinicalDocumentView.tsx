/** A clinical document that came from elsewhere, as text: who wrote it, and section by section what it says. */
import { formatDate } from '../format/date.ts';
import { t } from '../i18n/text.ts';
import type {
  Block,
  Cell,
  ClinicalDocument,
  DocumentSection,
} from '../record/documents/clinical-document.ts';
import { Facts } from '../ui/Facts.tsx';
import styles from '../ui/parts.module.css';
import tables from '../ui/scroll-table.module.css';
import own from './clinical-document.module.css';

export function ClinicalDocumentView({ document }: { readonly document: ClinicalDocument }) {
  const { title, language, patient, author, date, sections, file, isCut } = document;
  const facts = [
    [t('Whose it is'), patient],
    [t('Written by'), author],
    [t('Written on'), date && formatDate(date)],
  ] as const;
  return (
    <article className={own.document}>
      <h2 lang={language}>{title ?? t('A document from elsewhere')}</h2>
      <Facts facts={facts} />
      {sections.length === 0 && !file && (
        <p className="muted">{t('It has no text that can be shown here.')}</p>
      )}
      <div lang={language} className={own.sections}>
        <Sections sections={sections} />
      </div>
      {isCut && <p>{t('The document is longer than this page shows. Save it to have all of it.')}</p>}
    </article>
  );
}

function Sections({ sections }: { readonly sections: readonly DocumentSection[] }) {
  return sections.map(({ title, blocks, sections: inner }, i) => (
    <section key={i} className={own.section}>
      {title && <h3>{title}</h3>}
      <Blocks blocks={blocks} of={title} />
      <Sections sections={inner} />
    </section>
  ));
}

function Blocks({ blocks, of }: { readonly blocks: readonly Block[]; readonly of: string | undefined }) {
  const several = blocks.filter(({ kind }) => kind === 'table').length > 1;
  return blocks.map((block, i) => {
    const key = `${block.kind} ${i}`;
    if (block.kind === 'text')
      return (
        <p key={key} className={styles.text}>
          {block.text}
        </p>
      );
    if (block.kind === 'table') {
      const { rows, caption } = block;
      const label = caption ?? [of ?? t('Table'), several ? i + 1 : ''].join(' ').trim();
      return <Table key={key} rows={rows} caption={caption} label={label} />;
    }
    const items = block.items.map((item, place) => (
      <li key={place}>
        <Blocks blocks={item} of={of} />
      </li>
    ));
    return block.isOrdered ? (
      <ol key={key} className={own.list}>
        {items}
      </ol>
    ) : (
      <ul key={key} className={own.list}>
        {items}
      </ul>
    );
  });
}

/** Wider than a phone more often than not: scrolled beside its place, by keyboard too. */
function Table({
  rows,
  caption,
  label,
}: {
  readonly rows: readonly (readonly Cell[])[];
  readonly caption: string | undefined;
  readonly label: string;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className={tables.scroll} tabIndex={0} aria-label={label}>
      <table className={tables.table}>
        {caption && <caption>{caption}</caption>}
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, place) => (
                <TableCell
                  key={place}
                  cell={cell}
                  scope={row.every(({ isHead }) => isHead) ? 'col' : 'row'}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function TableCell({
  cell: { isHead, across, down, blocks },
  scope,
}: {
  readonly cell: Cell;
  readonly scope: 'col' | 'row';
}) {
  const spans = { colSpan: across, rowSpan: down };
  const words = <Blocks blocks={blocks} of={undefined} />;
  // A head without words is none.
  if (!isHead || blocks.length === 0) return <td {...spans}>{words}</td>;
  return (
    <th scope={scope} {...spans}>
      {words}
    </th>
  );
}
