/** Messages of the call and the field to write one. */
import { ActionIcon, Group, Text, Textarea } from "@mantine/core";
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import type { ReceivedChatMessage } from "@livekit/components-react";
import { useTranslation } from "react-i18next";
import { IconSend } from "../../shared/icons";
import { linkParts } from "./linkParts";
import { Panel } from "./Panel";
import type { ChatLog } from "./useChatLog";
import classes from "./ChatPanel.module.css";

export function ChatPanel({ log, onClose }: { log: ChatLog; onClose: () => void }) {
  const { t } = useTranslation();
  const list = useRef<HTMLOListElement>(null);
  const count = log.messages.length;
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [count]);
  return (
    <Panel title={t("call.chat.title")} testId="chat" onClose={onClose}>
      <ol
        ref={list}
        className={classes.list}
        role="log"
        aria-label={t("call.chat.messages")}
        // A scrolling place must be reachable by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        data-testid="chat-messages"
      >
        <Text component="li" size="sm" c="dimmed">
          {t("call.chat.empty")}
        </Text>
        {log.messages.map((message, index) => (
          <Message key={message.id ?? `${message.timestamp}-${index}`} message={message} />
        ))}
      </ol>
      <Composer log={log} />
    </Panel>
  );
}

function Message({ message }: { message: ReceivedChatMessage }) {
  const { t, i18n } = useTranslation();
  const own = message.from?.isLocal === true;
  const name = own ? t("common.you") : message.from?.name || message.from?.identity;
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: "short" }).format(
    message.timestamp,
  );
  return (
    <li
      className={classes.message}
      data-own={own || undefined}
      data-testid="chat-message"
      data-from={message.from?.identity}
    >
      <Text size="xs" c="dimmed">
        <b>{name}</b> {time}
      </Text>
      <Text size="sm" className={classes.text} data-testid="chat-text">
        {linkParts(message.message).map((part, index) =>
          part.href === null ? (
            part.text
          ) : (
            <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
              {part.text}
            </a>
          ),
        )}
      </Text>
    </li>
  );
}

function Composer({ log }: { log: ChatLog }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [failed, setFailed] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const send = async () => {
    const message = text.trim();
    if (message === "" || log.sending) return;
    setText("");
    setFailed(false);
    try {
      await log.send(message);
    } catch {
      setFailed(true);
      setText((current) => (current === "" ? message : current));
    }
  };
  const byKey = (event: KeyboardEvent) => {
    // Enter also confirms a candidate of an input method; that one must not send.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  return (
    <form onSubmit={submit} className={classes.composer}>
      {failed && (
        <Text size="sm" c="red.4" role="alert" mb={4}>
          {t("call.chat.failed")}
        </Text>
      )}
      <Group gap={4} wrap="nowrap" align="flex-end">
        <Textarea
          ref={field}
          className={classes.field}
          aria-label={t("call.chat.placeholder")}
          placeholder={t("call.chat.placeholder")}
          autosize
          minRows={1}
          maxRows={5}
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={byKey}
          data-testid="chat-input"
        />
        <ActionIcon
          type="submit"
          variant="filled"
          aria-label={t("call.chat.send")}
          disabled={text.trim() === ""}
          data-testid="chat-send"
        >
          <IconSend size={20} />
        </ActionIcon>
      </Group>
    </form>
  );
}
