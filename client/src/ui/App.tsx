import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Classroom, Participant } from "../core/api";
import { useLoaded } from "./common/useLoaded";
import { EndedPage } from "./pages/EndedPage";
import { GoodbyePage } from "./pages/GoodbyePage";
import { ObstaclePage } from "./pages/ObstaclePage";
import { WaitingPage } from "./pages/WaitingPage";
import { PreJoin } from "./prejoin/PreJoin";
import { loadRoom } from "./room/load";
import { ClassroomContext, createUiState } from "./state";

/** Chooses the screen: an obstacle, before joining, the room, or the end. */
export function App({ classroom }: { readonly classroom: Classroom }) {
  const context = useMemo(() => ({ classroom, ui: createUiState() }), [classroom]);
  return (
    <ClassroomContext.Provider value={context}>
      <Screen classroom={classroom} />
    </ClassroomContext.Provider>
  );
}

function Screen({ classroom }: { readonly classroom: Classroom }) {
  const left = useSignal(false);
  const connection = classroom.connection.value;
  if (classroom.obstacle !== null) return <ObstaclePage obstacle={classroom.obstacle} />;
  if (left.value || (connection.kind === "ended" && connection.code === "left")) {
    // A fresh page is the surest way back in: the link still holds the seat.
    return <GoodbyePage onAgain={() => location.reload()} />;
  }
  if (connection.kind === "ended") return <EndedPage code={connection.code} />;
  if (connection.kind === "waiting")
    return (
      <WaitingPage
        sinceMs={connection.sinceMs}
        reached={connection.reached}
        onLeave={() => location.reload()}
      />
    );
  const me = classroom.me.value;
  if (me === null) return <PreJoin />;
  return (
    <Inside
      me={me}
      onLeave={() => {
        left.value = true;
        // Gone is gone, whether or not the server could be told.
        void classroom.leave().catch(() => undefined);
      }}
    />
  );
}

interface InsideProps {
  readonly me: Participant;
  readonly onLeave: () => void;
}

/** Joining waits for the room's code (PreJoin), so it is there. */
function Inside(props: InsideProps) {
  const { value: Room } = useLoaded(loadRoom);
  return Room === null ? null : <Room {...props} />;
}
