import { useSignal } from "@preact/signals";
import { CircleAlert, Link, Moon, Sun, WifiOff, X } from "lucide-preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Overview as OverviewAnswer } from "../generated/ops";
import { t } from "../i18n";
import { formatTime } from "../i18n/format";
import { IconButton } from "../ui/common/IconButton";
import { LanguageSwitch } from "../ui/common/LanguageSwitch";
import { Logo } from "../ui/common/Logo";
import { Page } from "../ui/pages/Page";
import { chooseColours, look } from "../ui/preferences/preferences";
import { usePageTitle } from "../ui/title";
import { OverviewPage } from "./pages/OverviewPage";
import { PersonPage } from "./pages/PersonPage";
import { RoomPage } from "./pages/RoomPage";
import { OVERVIEW, type Route, readRoute } from "./route";
import type { OpsServer } from "./server";
import { createOpsState, OpsContext, useOps, usePolled } from "./state";
import { lookUpWord, w } from "./words";
import "./ops.css";

/** `server` null: the address has no link in it. */
export function OpsApp({ server }: { readonly server: OpsServer | null }) {
  const state = useMemo(() => (server === null ? null : createOpsState(server)), [server]);
  if (state === null) return <Refused code="none" />;
  if (state.refused.value !== null) return <Refused code={state.refused.value} />;
  return (
    <OpsContext.Provider value={state}>
      <Frame />
    </OpsContext.Provider>
  );
}

function Refused({ code }: { readonly code: string }) {
  return (
    <Page
      title={lookUpWord(`access.${code}.title`) ?? w("access.none.title")}
      text={lookUpWord(`access.${code}.text`) ?? w("access.none.text")}
      picture={code === "origin" ? <CircleAlert size={40} /> : <Link size={40} />}
    />
  );
}

function Frame() {
  const route = useRoute();
  const { access } = useOps();
  return (
    <div class="ops">
      <header class="ops-top">
        <a class="ops-top__brand" href={OVERVIEW}>
          <Logo />
          {w("title")}
        </a>
        {access.value === null ? null : (
          <p class="ops-top__who">
            {w("who", { name: access.value.name, time: formatTime(access.value.until_ms) })}
          </p>
        )}
        <span class="ops-top__tools">
          <SchemeSwitch />
          <LanguageSwitch />
        </span>
      </header>
      <Lost />
      <main class="ops-main">
        {access.value?.may_act === false ? <p class="ops-note">{w("who.viewer")}</p> : null}
        {route.page === "overview" ? <Overview /> : <Within route={route} />}
      </main>
      <Outcome />
    </div>
  );
}

function Overview() {
  usePageTitle(w("title"));
  return (
    <>
      <h1 class="visually-hidden">{w("title")}</h1>
      <OverviewPage />
    </>
  );
}

/** Whoever comes straight to a room or a person has not been told yet what they may do. */
function Within({ route }: { readonly route: Exclude<Route, { page: "overview" }> }) {
  const { access } = useOps();
  return (
    <>
      {access.value === null ? <LearnAccess /> : null}
      {route.page === "person" ? (
        <PersonPage roomId={route.roomId} personId={route.personId} />
      ) : (
        <RoomPage roomId={route.roomId} />
      )}
    </>
  );
}

function LearnAccess() {
  const { access, cluster } = useOps();
  const { value } = usePolled<OverviewAnswer>("overview?limit=1");
  useEffect(() => {
    if (value === null) return;
    access.value = value.you;
    cluster.value = value.cluster;
  }, [value]);
  return null;
}

function useRoute(): Route {
  const fragment = useSignal(location.hash);
  useEffect(() => {
    const changed = () => {
      fragment.value = location.hash;
      scrollTo(0, 0);
    };
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return readRoute(fragment.value);
}

function SchemeSwitch() {
  const dark = look.value.scheme === "dark";
  return (
    <IconButton
      label={w(dark ? "scheme.light" : "scheme.dark")}
      onClick={() => chooseColours(dark ? "light" : "dark")}
    >
      {dark ? <Sun size={20} aria-hidden="true" /> : <Moon size={20} aria-hidden="true" />}
    </IconButton>
  );
}

function Lost() {
  const { lostSinceMs, access } = useOps();
  return (
    <div role="status">
      {lostSinceMs.value === null ? null : (
        <p class="ops-lost">
          <WifiOff size={20} aria-hidden="true" />
          {access.value === null
            ? w("state.unreached")
            : w("state.lost", { time: formatTime(lostSinceMs.value) })}
        </p>
      )}
    </div>
  );
}

const STAY_MS = 12_000;

function Outcome() {
  const { outcome } = useOps();
  useEffect(() => {
    if (outcome.value === null) return;
    const timer = setTimeout(() => {
      outcome.value = null;
    }, STAY_MS);
    return () => clearTimeout(timer);
  }, [outcome.value]);
  return (
    <div class="ops-outcome" role="status">
      {outcome.value === null ? null : (
        <p class={outcome.value.failed ? "ops-outcome__card ops-outcome__card--failed" : "ops-outcome__card"}>
          <span>{outcome.value.text}</span>
          <IconButton
            label={t("app.close")}
            onClick={() => {
              outcome.value = null;
            }}
          >
            <X size={18} aria-hidden="true" />
          </IconButton>
        </p>
      )}
    </div>
  );
}
