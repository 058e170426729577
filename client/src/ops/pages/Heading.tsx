import { ArrowLeft } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { usePageTitle } from "../../ui/title";
import { OVERVIEW } from "../route";
import { w } from "../words";
import "./heading.css";

interface Props {
  readonly title: string;
  readonly back: string;
  readonly backLabel: string;
  readonly children?: ComponentChildren;
}

/** What the page is about, and the way back; takes the focus, as a new page would. */
export function Heading({ title, back, backLabel, children }: Props) {
  usePageTitle(`${title} · ${w("title")}`);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div class="ops-heading">
      <a class="ops-heading__back" href={back}>
        <ArrowLeft size={18} aria-hidden="true" />
        {backLabel}
      </a>
      <div class="ops-heading__line">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </div>
    </div>
  );
}

/** What was looked at is no longer there. */
export function Gone({ text }: { readonly text: string }) {
  return (
    <div class="ops-empty" role="status">
      <h1 class="ops-empty__title">{text}</h1>
      <p>
        <a href={OVERVIEW}>{w("state.back")}</a>
      </p>
    </div>
  );
}
