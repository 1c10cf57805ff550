/** The messages of a thread, oldest first. https://docs.altur.io/en/api-reference/messages/retrieve */
import type { Account } from './account.ts';
import { pageByIndex } from './paging.ts';
import { timeText } from './time-text.ts';

interface Message {
  readonly by: 'AI' | 'EU' | 'SYS';
  readonly at: number;
  readonly text: string;
}

export function listMessages(account: Account, threadId: string, query: URLSearchParams): unknown {
  const { settings } = account;
  const { list, pageSize, textName, timeName } = settings.messages;
  const messages = messagesOf(account, threadId).map(({ by, at, text }, index) => ({
    id: `msg_${threadId}_${index + 1}`,
    sent_by: by,
    [textName]: text,
    [timeName]: timeText(at, settings),
  }));
  if (list === 'bare') return messages;
  if (pageSize === undefined) return { [list]: messages };
  const { items, pagination } = pageByIndex(messages, query, { size: pageSize, maxRows: settings.maxRows });
  return { [list]: items, pagination };
}

function messagesOf(account: Account, threadId: string): Message[] {
  const { system } = account.settings.messages;
  const messages = account.callsOfThread(threadId).flatMap(({ turns, startedAt }): readonly Message[] => {
    if (!system || startedAt === undefined) return turns;
    return [{ by: 'SYS', at: startedAt, text: 'Call started' }, ...turns];
  });
  return messages.toSorted((a, b) => a.at - b.at);
}
