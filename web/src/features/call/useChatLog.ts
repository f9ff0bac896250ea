/** The chat of the call, kept while its panel is closed, with the number of unread messages. */
import { useChat, type ReceivedChatMessage } from "@livekit/components-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

export interface ChatLog {
  messages: ReceivedChatMessage[];
  unread: number;
  sending: boolean;
  /** Rejects when the message could not be sent. */
  send: (text: string) => Promise<void>;
}

export function useChatLog(open: boolean, tell: (text: string) => void): ChatLog {
  const { t } = useTranslation();
  const { chatMessages, send, isSending } = useChat();
  const [seen, setSeen] = useState(0);
  const told = useRef(0);
  const count = chatMessages.length;
  if (open && seen !== count) setSeen(count);
  useEffect(() => {
    const fresh = chatMessages.slice(told.current);
    told.current = chatMessages.length;
    if (open) return;
    for (const message of fresh) {
      if (message.from?.isLocal === true) continue;
      const name = message.from?.name || message.from?.identity || "";
      tell(t("call.note.message", { name, text: message.message.slice(0, 120) }));
    }
  }, [chatMessages, open, tell, t]);
  return {
    messages: chatMessages,
    unread: Math.max(0, count - seen),
    sending: isSending,
    send: async (text) => {
      await send(text);
    },
  };
}
