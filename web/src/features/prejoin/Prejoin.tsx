/** The green room: look at yourself, choose devices, join. Comes before any account wall. */
import { Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Room, User } from "../../api/types";
import { Logo } from "../../app/Logo";
import { LinkButton } from "../../shared/links";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { usePageTitle } from "../../shared/usePageTitle";
import { DeviceHelp } from "./DeviceHelp";
import { DeviceSelect } from "./DeviceSelect";
import { LevelMeter } from "./LevelMeter";
import { Mirror } from "./Mirror";
import type { Preview, PreviewState } from "./preview";
import { useDevices } from "./useDevices";
import classes from "./Prejoin.module.css";

interface PrejoinProps {
  preview: Preview;
  state: PreviewState;
  /** Undefined while loading, and for whoever has not signed in. */
  room: Room | undefined;
  me: User | undefined;
  signedIn: boolean;
  path: string;
  joining: boolean;
  error: unknown;
  onJoin: () => void;
}

export function Prejoin(props: PrejoinProps) {
  const { t } = useTranslation();
  const { preview, state } = props;
  usePageTitle(props.room?.name ?? t("prejoin.title"));
  return (
    <main className={classes.page} data-testid="prejoin">
      <Group gap="sm" className={classes.brand}>
        <Logo />
        <Text fw={650}>{t("common.appName")}</Text>
      </Group>
      <div className={classes.columns}>
        <div className={classes.mirror}>
          <Mirror preview={preview} state={state} />
        </div>
        <div className={classes.join}>
          <JoinPart {...props} />
        </div>
        <Stack className={classes.devices} gap="md">
          <Failures preview={preview} state={state} />
          <LevelMeter track={state.microphone.track} />
          <Devices preview={preview} state={state} />
        </Stack>
      </div>
    </main>
  );
}

function JoinPart({ room, me, signedIn, path, joining, error, onJoin }: PrejoinProps) {
  const { t } = useTranslation();
  if (!signedIn) {
    return (
      <Stack>
        <Title order={1}>{t("prejoin.title")}</Title>
        <Text c="dimmed">{t("prejoin.signInWhy")}</Text>
        <LinkButton to="/sign-in" search={{ next: path }} size="lg" data-testid="sign-in-to-join">
          {t("prejoin.signInToJoin")}
        </LinkButton>
        <LinkButton
          to="/register"
          search={{ next: path }}
          variant="default"
          data-testid="register-to-join"
        >
          {t("prejoin.registerToJoin")}
        </LinkButton>
      </Stack>
    );
  }
  return (
    <Stack>
      {room === undefined ? (
        <Skeleton height={72} />
      ) : (
        <div>
          <Title order={1}>{t("prejoin.titleRoom", { name: room.name })}</Title>
          <Text c="dimmed" mt={4}>
            {room.can_manage ? null : `${t("prejoin.hostedBy", { name: room.host.name })}. `}
            {room.participant_count > 0
              ? t("prejoin.inCall", { count: room.participant_count })
              : t("prejoin.first")}
          </Text>
        </div>
      )}
      {error !== null && <ProblemNotice error={error} />}
      <Button
        size="lg"
        onClick={onJoin}
        loading={joining}
        disabled={room === undefined}
        data-testid="join"
      >
        {t("prejoin.join")}
      </Button>
      {me !== undefined && (
        <Text size="sm" c="dimmed" data-testid="join-name">
          {t("prejoin.as", { name: me.name })}
        </Text>
      )}
    </Stack>
  );
}

function Failures({ preview, state }: { preview: Preview; state: PreviewState }) {
  const { camera, microphone } = state;
  if (camera.failure !== null && camera.failure === microphone.failure) {
    return <DeviceHelp kind="both" failure={camera.failure} onRetry={() => void preview.start()} />;
  }
  return (["camera", "microphone"] as const).map((kind) => {
    const failure = state[kind].failure;
    if (failure === null) return null;
    const retry = () => void preview.retry(kind);
    return <DeviceHelp key={kind} kind={kind} failure={failure} onRetry={retry} />;
  });
}

function Devices({ preview, state }: { preview: Preview; state: PreviewState }) {
  const { t } = useTranslation();
  const cameras = useDevices("videoinput", state.camera.track);
  const microphones = useDevices("audioinput", state.microphone.track);
  const speakers = useDevices("audiooutput", state.microphone.track);
  const { choices } = state;
  return (
    <div className={classes.selects}>
      <DeviceSelect
        label={t("prejoin.microphone")}
        devices={microphones}
        value={choices.microphoneId}
        onChange={(id) => void preview.setDevice("microphone", id)}
        testId="select-microphone"
      />
      <DeviceSelect
        label={t("prejoin.camera")}
        devices={cameras}
        value={choices.cameraId}
        onChange={(id) => void preview.setDevice("camera", id)}
        testId="select-camera"
      />
      {"setSinkId" in HTMLMediaElement.prototype && speakers.length > 1 && (
        <DeviceSelect
          label={t("prejoin.speaker")}
          devices={speakers}
          value={choices.speakerId}
          onChange={(id) => preview.setSpeaker(id)}
          testId="select-speaker"
        />
      )}
    </div>
  );
}
