/** A SMART Health Card: what goes in is chosen, the server signs it, and it is shown as a code, saved as a file or printed. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { Explained } from '../../../format/explained.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { personIn } from '../../../record/health-cards/card.ts';
import {
  type Candidate,
  type CardKind,
  candidatesQuery,
  issueCard,
} from '../../../record/health-cards/issue.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useAction } from '../../../smart/use-send.ts';
import { BackLink } from '../../../ui/BackLink.tsx';
import { CheckList, SendForm } from '../../../ui/form.tsx';
import { NotFoundPage } from '../../../ui/NotFoundPage.tsx';
import { EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';
import { IssuedCard } from './IssuedCard.tsx';

const BACK: Readonly<Record<CardKind, readonly [path: string, Text]>> = {
  vaccinations: ['/prevention/vaccinations', 'Vaccination record'],
  results: ['/results', 'All results'],
};
/** So many lines are drawn at first. */
const FEW = 20;
const BIRTH_DATE = 'birthDate';

export function HealthCardPage() {
  const { kind = '' } = useParams();
  if (!Object.hasOwn(BACK, kind)) return <NotFoundPage />;
  return <CardOf kind={kind as CardKind} />;
}

function CardOf({ kind }: { readonly kind: CardKind }) {
  const { config, fhir } = usePortal();
  const [params] = useSearchParams();
  const part = { report: params.get('report') ?? undefined, result: params.get('result') ?? undefined };
  const isWhole = kind === 'results' && part.report === undefined && part.result === undefined;
  const [back, words] = BACK[kind];
  return (
    <>
      <BackLink to={back}>{t(words)}</BackLink>
      <PageHead title={t('SMART Health Card')} />
      <p>
        {t(
          'A code that a school, an employer or another clinic can check: signed by {clinic}, so that nobody can change it. Whoever sees the code can read what is in it.',
          { clinic: config.clinicName },
        )}
      </p>
      <Loaded query={useQuery(candidatesQuery(fhir, kind, part))} rows={6}>
        {(candidates) =>
          candidates.length === 0 ? (
            <EmptyState>{t('There is nothing here that could be in a card.')}</EmptyState>
          ) : (
            <Make kind={kind} candidates={candidates} first={isWhole ? [] : candidates} />
          )
        }
      </Loaded>
    </>
  );
}

/** `first`: what is ticked to begin with. */
function Make({
  kind,
  candidates,
  first,
}: {
  readonly kind: CardKind;
  readonly candidates: readonly Candidate[];
  readonly first: readonly Candidate[];
}) {
  const { fhir } = usePortal();
  const references = candidates.map(({ reference }) => reference);
  const [chosen, setChosen] = useState<readonly string[]>(first.map(({ reference }) => reference));
  const [claims, setClaims] = useState<readonly string[]>([BIRTH_DATE]);
  const [isLong, setLong] = useState(false);
  const make = useAction({
    act: async () => {
      if (chosen.length === 0) throw new Explained(t('Please choose what goes into the card.'));
      const issued = await issueCard(fhir, kind, { chosen, withBirthDate: claims.includes(BIRTH_DATE) });
      if (issued.card === undefined)
        throw new Explained(t('None of these can be in a card: the record has them in words only.'));
      return { ...issued, card: issued.card, person: await personIn(issued.card) };
    },
  });
  if (make.data) {
    const { card, person, held } = make.data;
    const wanted = candidates.filter(({ reference }) => chosen.includes(reference));
    const isHeld = ({ reference }: Candidate): boolean => held.includes(reference);
    return (
      <IssuedCard
        name={kind}
        card={card}
        person={person}
        held={wanted.filter(isHeld)}
        left={wanted.filter((each) => !isHeld(each))}
        onAgain={() => make.reset()}
      />
    );
  }
  const shown = isLong ? candidates : candidates.slice(0, FEW);
  return (
    <SendForm label={t('Make the card')} state={make} onSend={() => make.mutate()}>
      <CheckList
        legend={t('What goes into the card')}
        options={shown.map(({ reference, words }) => [reference, words] as const)}
        chosen={chosen}
        onChange={setChosen}
      />
      <p>
        {chosen.length < references.length && (
          <button type="button" className="button secondary" onClick={() => setChosen(references)}>
            {t('Choose all {count}', { count: references.length })}
          </button>
        )}{' '}
        {chosen.length > 0 && references.length > 1 && (
          <button type="button" className="button secondary" onClick={() => setChosen([])}>
            {t('Choose none')}
          </button>
        )}{' '}
        {shown.length < candidates.length && (
          <button type="button" className="button quiet" onClick={() => setLong(true)}>
            {t('Show all {count}', { count: candidates.length })}
          </button>
        )}
      </p>
      <CheckList
        legend={t('Besides the name, which is always in it')}
        options={[[BIRTH_DATE, t('Date of birth: who checks the card compares it with a document')]]}
        chosen={claims}
        onChange={setClaims}
      />
    </SendForm>
  );
}
