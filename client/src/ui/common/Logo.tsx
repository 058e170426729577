import "./logo.css";

/** Three arcs that gather speed towards a point: people in motion around one room. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 40 40" width="32" height="32" aria-hidden="true" focusable="false">
      <path class="logo__arc logo__arc--1" d="M6 26a14 14 0 0 1 8-17.5" />
      <path class="logo__arc logo__arc--2" d="M19 6.5A14 14 0 0 1 33.5 17" />
      <path class="logo__arc logo__arc--3" d="M34 22A14 14 0 0 1 10 31.5" />
      <circle class="logo__point" cx="20" cy="20" r="4.5" />
    </svg>
  );
}
