import { useEffect, useRef } from "preact/hooks";

interface Props {
  readonly stream: MediaStream;
  readonly mirrored?: boolean;
  readonly class: string;
}

/** A live picture. Always silent: sound has its own path, so that no picture can ever echo. */
export function Picture({ stream, mirrored = false, class: name }: Props) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = ref.current;
    if (video === null) return;
    video.muted = true; // the attribute alone does not count when set by script
    video.srcObject = stream;
    video.play().catch(() => undefined); // autoplay takes over when the picture becomes visible
    return () => {
      video.srcObject = null;
    };
  }, [stream]);
  return (
    <video
      ref={ref}
      class={mirrored ? `${name} picture--mirrored` : name}
      autoplay
      playsInline
      muted
      disablePictureInPicture
    />
  );
}
