import { useSignal } from "@preact/signals";
import { Check, Circle, CirclePlay, Coffee, EllipsisVertical, Play } from "lucide-preact";
import type { AgendaItem, Timer } from "../../generated/protocol";
import { t } from "../../i18n";
import { formatDuration } from "../../i18n/format";
import { useServerNowMs } from "../clock";
import { Button } from "../common/Button";
import { IconButton } from "../common/IconButton";
import { useClassroom, useRun } from "../state";
import { LineForm } from "./LineForm";
import { remaining, timerTitle, untilWords } from "./timer";

interface Props {
  readonly item: AgendaItem;
  readonly place: number;
  readonly last: boolean;
  /** Set while this line runs. */
  readonly timer: Timer | null;
  readonly staff: boolean;
}

/** One line: what, how long, whether it is done or runs; for staff its start and, behind a button, its changes. */
export function AgendaLine({ item, place, last, timer, staff }: Props) {
  const classroom = useClassroom();
  const run = useRun();
  const open = useSignal(false);
  const title = timerTitle(item);
  const actionsId = `agenda-${item.id}`;
  const done = timer === null && item.started_at_ms !== null;
  return (
    <li class={timer === null ? "line" : "line line--now"} aria-current={timer === null ? undefined : "step"}>
      <div class="line__row">
        <LineIcon item={item} running={timer !== null} done={done} />
        <span class="line__what">
          <bdi class="line__title">{title}</bdi>
          <span class="line__time">
            {timer === null ? formatDuration(item.minutes * 60) : <Left timer={timer} />}
            {done ? <span class="visually-hidden">, {t("agenda.done")}</span> : null}
          </span>
        </span>
        {staff && timer === null ? (
          <IconButton
            label={t(done ? "agenda.start_again" : "agenda.start", { title })}
            onClick={() => run(classroom.agenda.start(item.id))}
          >
            <Play size={20} aria-hidden="true" />
          </IconButton>
        ) : null}
        {staff ? (
          <IconButton
            label={t("agenda.actions", { title })}
            aria-expanded={open.value}
            {...(open.value ? { "aria-controls": actionsId } : {})}
            onClick={() => {
              open.value = !open.value;
            }}
          >
            <EllipsisVertical size={20} aria-hidden="true" />
          </IconButton>
        ) : null}
      </div>
      {staff && open.value ? (
        <div id={actionsId} class="line__actions">
          <LineForm
            line={{ title: item.title, minutes: item.minutes, isBreak: item.is_break }}
            submit={t("agenda.save")}
            onSubmit={(line) => run(classroom.agenda.change(item.id, line))}
            onDone={() => {
              open.value = false;
            }}
          />
          <div class="line__moves">
            {place > 0 ? (
              <Button kind="quiet" onClick={() => run(classroom.agenda.move(item.id, place - 1))}>
                {t("agenda.up")}
              </Button>
            ) : null}
            {last ? null : (
              <Button kind="quiet" onClick={() => run(classroom.agenda.move(item.id, place + 1))}>
                {t("agenda.down")}
              </Button>
            )}
            <Button kind="quiet" onClick={() => run(classroom.agenda.remove(item.id))}>
              {t("agenda.remove")}
            </Button>
          </div>
        </div>
      ) : null}
    </li>
  );
}

function LineIcon(props: { readonly item: AgendaItem; readonly running: boolean; readonly done: boolean }) {
  const Icon = props.done ? Check : props.running ? CirclePlay : props.item.is_break ? Coffee : Circle;
  return <Icon class="line__icon" size={20} aria-hidden="true" />;
}

function Left({ timer }: { readonly timer: Timer }) {
  const left = remaining(timer, useServerNowMs());
  return (
    <>
      {untilWords(timer)} · <span role="timer">{left}</span>
    </>
  );
}
