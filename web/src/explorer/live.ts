// A subscription, as server-sent events: open while the page is visible.
import { useEffect, useState } from 'react';
import { stringifyDocument, type AnyVariables, type TypedDocumentNode } from 'urql';
import { endpoint, idOf } from './data.ts';

export interface Live<Data> {
  /** The latest event. */
  data: Data | undefined;
  /** The time of its arrival. */
  at: Date | undefined;
  /** Whether the connection is open. The browser reconnects automatically after an interruption. */
  isOpen: boolean;
}

export function useLive<Data, Variables extends AnyVariables>(document: TypedDocumentNode<Data, Variables>): Live<Data> {
  const [state, setState] = useState<Live<Data>>({ data: undefined, at: undefined, isOpen: false });
  const isVisible = useVisibility();
  useEffect(() => {
    if (!isVisible) return undefined;
    const events = new EventSource(addressOf(document));
    const lose = () => setState(last => ({ ...last, isOpen: false }));
    events.addEventListener('next', ({ data: text }: MessageEvent<string>) => {
      const data = dataOf<Data>(text);
      if (data) setState({ data, at: new Date(), isOpen: true });
    });
    events.addEventListener('complete', () => {
      events.close();
      lose();
    });
    events.addEventListener('error', lose);
    return () => {
      events.close();
      lose();
    };
  }, [document, isVisible]);
  return state;
}

function addressOf(document: object): string {
  const id = import.meta.env.DEV ? undefined : idOf(document);
  return `${endpoint}?${new URLSearchParams(id ? { documentId: id } : { query: stringifyDocument(document as TypedDocumentNode) })}`;
}

/** The data of an event, unless it has errors. */
function dataOf<Data>(text: string): Data | undefined {
  const { data, errors } = JSON.parse(text) as { data?: Data; errors?: unknown[] };
  return errors?.length ? undefined : data;
}

function useVisibility(): boolean {
  const [isVisible, setVisible] = useState(document.visibilityState === 'visible');
  useEffect(() => {
    const read = () => setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, []);
  return isVisible;
}
