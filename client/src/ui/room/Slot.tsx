import type { ComponentType } from "preact";

/** Everything that is registered for one of the room's places, in order. */
export function Slot({ of }: { readonly of: readonly ComponentType[] }) {
  return (
    <>
      {of.map((Part, index) => (
        <Part key={index} />
      ))}
    </>
  );
}
