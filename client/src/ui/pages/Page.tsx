import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../i18n";
import { LanguageSwitch } from "../common/LanguageSwitch";
import { Logo } from "../common/Logo";
import { usePageTitle } from "../title";
import "./page.css";

interface Props {
  readonly title: string;
  readonly text: string;
  readonly picture: ComponentChildren;
  readonly code?: string;
  readonly children?: ComponentChildren;
}

/** A whole page with one thing to say, and what to do next. */
export function Page({ title, text, picture, code, children }: Props) {
  usePageTitle(title);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div class="page">
      <header class="page__top">
        <span class="page__brand">
          <Logo />
          {t("app.name")}
        </span>
        <LanguageSwitch />
      </header>
      <main class="page__main">
        <div class="page__card">
          <div class="page__picture" aria-hidden="true">
            {picture}
          </div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          <p class="page__text">{text}</p>
          {children ? <div class="page__actions">{children}</div> : null}
          {code ? <p class="page__code">{t("ended.code", { code })}</p> : null}
        </div>
      </main>
    </div>
  );
}
