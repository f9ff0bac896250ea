/** What lies over the picture for a moment: notes, banners, and the word for who is alone. */
import { Button, Loader, Paper, Stack, Text, Title } from "@mantine/core";
import { useAudioPlayback, useConnectionState } from "@livekit/components-react";
import { ConnectionState } from "livekit-client";
import { useTranslation } from "react-i18next";
import { CopyButton } from "../../shared/CopyButton";
import { IconMicrophone, IconVolume } from "../../shared/icons";
import type { Note } from "./useNotes";
import classes from "./Overlays.module.css";

/** Joins, hands, messages: shown shortly and read out. */
export function NoteList({ notes }: { notes: Note[] }) {
  return (
    <div className={classes.notes} role="status" aria-live="polite" data-testid="notes">
      {notes.map((note) => (
        <div key={note.id} className={classes.note}>
          {note.text}
        </div>
      ))}
    </div>
  );
}

export function Banners({ talking }: { talking: boolean }) {
  return (
    <div className={classes.banners}>
      <ReconnectingBanner />
      <SoundBanner />
      {talking && <TalkingBanner />}
    </div>
  );
}

function ReconnectingBanner() {
  const { t } = useTranslation();
  const state = useConnectionState();
  const away =
    state === ConnectionState.Reconnecting || state === ConnectionState.SignalReconnecting;
  // The region stays in the page: screen readers announce only what changes inside it.
  return (
    <div role="alert">
      {away && (
        <div className={classes.banner} data-tone="warning" data-testid="reconnecting">
          <Loader size="sm" color="#12181b" />
          {t("call.banner.reconnecting")}
        </div>
      )}
    </div>
  );
}

/** Browsers play no sound before the first press; one press is enough. */
function SoundBanner() {
  const { t } = useTranslation();
  const { canPlayAudio, startAudio } = useAudioPlayback();
  if (canPlayAudio) return null;
  return (
    <div className={classes.banner} data-testid="sound-blocked">
      <IconVolume aria-hidden />
      {t("call.banner.sound")}
      <Button onClick={() => void startAudio()}>{t("call.banner.soundAction")}</Button>
    </div>
  );
}

function TalkingBanner() {
  const { t } = useTranslation();
  return (
    <div className={classes.banner} role="status" data-testid="push-to-talk">
      <IconMicrophone aria-hidden />
      {t("call.banner.pushToTalk")}
    </div>
  );
}

export function Alone({ link }: { link: string }) {
  const { t } = useTranslation();
  return (
    <Paper className={classes.alone} data-testid="alone">
      <Stack gap="sm" align="flex-start">
        <div>
          <Title order={2} size="h4">
            {t("call.alone.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("call.alone.text")}
          </Text>
        </div>
        <CopyButton value={link} label={t("call.alone.copy")} testId="alone-copy" />
      </Stack>
    </Paper>
  );
}
