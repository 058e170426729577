/** ICE servers as the protocol has them, for the browser: which takes no null. */
import type { IceServer } from "../../generated/protocol";

export function iceServerOf({ urls, username, credential }: IceServer): RTCIceServer {
  return {
    urls: [...urls],
    ...(username === null ? {} : { username }),
    ...(credential === null ? {} : { credential }),
  };
}
