import {
  CalendarClock,
  CircleAlert,
  Copy,
  DoorClosed,
  Hourglass,
  Link,
  Lock,
  RefreshCw,
  UserX,
  WifiOff,
} from "lucide-preact";
import { lookUp, t } from "../../i18n";
import { Button } from "../common/Button";
import { useClassroom, useRun } from "../state";
import { nextStep, showsCode } from "./endings";
import { Page } from "./Page";

const PICTURES: Readonly<Record<string, typeof Link>> = {
  token_invalid: Link,
  token_expired: Link,
  token_revoked: Link,
  token_not_yet_valid: CalendarClock,
  room_not_found: Link,
  room_full: Hourglass,
  server_full: Hourglass,
  room_locked: Lock,
  not_admitted: UserX,
  removed: UserX,
  meeting_ended: DoorClosed,
  replaced: Copy,
  heartbeat_missed: WifiOff,
  outbox_full: WifiOff,
  unreachable: WifiOff,
  shutting_down: RefreshCw,
  protocol_unsupported: RefreshCw,
};

/** The session is over: in plain words why, and the one thing to do. */
export function EndedPage({ code }: { readonly code: string }) {
  const classroom = useClassroom();
  const run = useRun();
  const title = lookUp(`ended.${code}.title`);
  const text = lookUp(`ended.${code}.text`);
  const step = nextStep(code);
  const Icon = PICTURES[code] ?? CircleAlert;
  return (
    <Page
      title={title ?? t("ended.unknown.title")}
      text={text ?? t("ended.unknown.text")}
      picture={<Icon size={40} />}
      {...(showsCode(code, title !== null) ? { code } : {})}
    >
      {step === "here" ? (
        <Button kind="primary" large onClick={() => run(classroom.rejoin())}>
          {t("ended.here")}
        </Button>
      ) : null}
      {step === "again" ? (
        <Button kind="primary" large onClick={() => location.reload()}>
          {t("ended.again")}
        </Button>
      ) : null}
    </Page>
  );
}
