/** Each key as on the keyboard. */
export function Chord({ chord }: { readonly chord: string }) {
  return (
    <span class="chord">
      {chord.split(/\+(?=.)/).map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}
