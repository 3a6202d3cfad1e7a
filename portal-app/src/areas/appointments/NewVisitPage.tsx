/** Asking for a visit: why, with whom, when it would suit, in person or not. The clinic answers with a time. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { Select, SendForm, TextField } from '../../ui/form.tsx';
import { Card, Loaded, PageHead } from '../../ui/parts.tsx';
import { type Recipient, recipientsQuery } from '../messages/send.ts';
import { askForVisit, type VisitRequest } from './changes.ts';

export function NewVisitPage() {
  const { fhir } = usePortal();
  const query = useQuery(recipientsQuery(fhir));
  return (
    <>
      <PageHead title="Ask for a visit" />
      <p className="muted">
        If it can’t wait, call the clinic; in an emergency <a href="tel:911">911</a>.
      </p>
      <Loaded query={query}>
        {(people) => (
          <Card>
            <Ask people={people} />
          </Card>
        )}
      </Loaded>
    </>
  );
}

const HOW: readonly (readonly [VisitRequest['how'], string])[] = [
  ['in person', 'In person'],
  ['by video', 'By video'],
  ['by phone', 'By phone'],
];

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

function Ask({ people }: { readonly people: readonly Recipient[] }) {
  const { fhir } = usePortal();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [why, setWhy] = useState('');
  const [who, setWho] = useState('');
  const [from, setFrom] = useState(inDays(1));
  const [until, setUntil] = useState(inDays(14));
  const [how, setHow] = useState<VisitRequest['how']>('in person');
  const ask = useMutation({
    mutationFn: () => {
      if (until < from) throw new Error('The last day that suits you is before the first.');
      return askForVisit(fhir, {
        why,
        who: people.find(({ reference }) => reference === who),
        from,
        until,
        how,
      });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['appointments'] });
      await navigate('/appointments');
    },
  });
  return (
    <SendForm
      label="Ask for the visit"
      state={ask}
      onSend={() => ask.mutate()}
      onCancel={() => void navigate('/appointments')}
    >
      <TextField id="why" label="What is it about?" value={why} onChange={setWhy} required />
      <Select
        id="who"
        label="With whom?"
        value={who}
        onChange={setWho}
        options={[
          ['', 'Whoever is free'] as const,
          ...people.map(({ reference, name }) => [reference, name] as const),
        ]}
      />
      <TextField id="from" type="date" label="From" value={from} onChange={setFrom} required />
      <TextField id="until" type="date" label="Until" value={until} onChange={setUntil} required />
      <Select
        id="how"
        label="How?"
        value={how}
        onChange={(value) => setHow(value as VisitRequest['how'])}
        options={HOW}
      />
    </SendForm>
  );
}
